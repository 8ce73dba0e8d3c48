const WEIGHTS = [2, 7, 6, 5, 4, 3, 2, 1]
const PER_BLOCK = 1_000_000
/** Odd and no multiple of five, so multiplying by it modulo a million visits every number once. */
const STRIDE = 618_033
/** Leading digits of two fallbacks each; the register has not handed out numbers from 50000000 on. */
const BLOCKS = [
  [9, 8],
  [7, 6],
]

/**
 * The CVR number of a customer: eight digits that satisfy the register's modulus 11, from a range that belongs to no
 * company, different for every index. Undefined once the range is used up (two million).
 */
export function cvrNumber(index: number): string | undefined {
  const scattered = ((index % PER_BLOCK) * STRIDE) % PER_BLOCK
  for (const leading of BLOCKS[Math.floor(index / PER_BLOCK)] ?? []) {
    const stem = `${leading}${String(scattered).padStart(6, '0')}`
    // A stem whose check digit would be ten does not exist; with another leading digit it does.
    const check = (11 - (weightedSum(stem) % 11)) % 11
    if (check < 10) return `${stem}${check}`
  }
  return undefined
}

export function isCvrNumber(text: string): boolean {
  return /^[1-9]\d{7}$/.test(text) && weightedSum(text) % 11 === 0
}

function weightedSum(digits: string): number {
  return WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(digits[place] ?? 0), 0)
}
