/** A Danish IBAN: `DK`, two check digits, four of the branch, ten of the account (ISO 13616, ISO 7064 MOD 97-10). */
export function danishIban(registrationNumber: string, accountNumber: string): string {
  const account = `${registrationNumber}${accountNumber}`
  const check = 98 - remainder(`${account}DK00`)
  return `DK${String(check).padStart(2, '0')}${account}`
}

export function isIban(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text) && remainder(`${text.slice(4)}${text.slice(0, 4)}`) === 1
}

function remainder(text: string): number {
  const digits = text.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return Number(BigInt(digits) % 97n)
}
