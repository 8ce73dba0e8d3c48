/** Amounts are whole øre while they are computed with; this is their form in the database: `-1249.50`. */
export function decimalAmount(ore: number): string {
  const digits = String(Math.abs(ore)).padStart(3, '0')
  return `${ore < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Half away from zero, so that a credit note is the exact opposite of its invoice. */
export function roundOre(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value))
}
