/** With about three digits that count, and thousands apart. */
export function numberText(value: number): string {
  return grouped(value, value < 10 ? 2 : value < 100 ? 1 : 0)
}

export function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
