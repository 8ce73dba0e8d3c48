const WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
/** Sixty on top of the day marks a number that is not a citizen's; no person is registered under one of ours. */
const DAY_OFFSET = 60

/**
 * A CPR number that looks like one and is nobody's: birth date with the day moved by sixty, the seventh digit that tells
 * the century, and a modulus 11 that holds. `seed` is any whole number.
 */
export function cprNumber(birthMs: number, seed: number): string {
  const birth = new Date(birthMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const year = birth.getUTCFullYear()
  const date = `${two(birth.getUTCDate() + DAY_OFFSET)}${two(birth.getUTCMonth() + 1)}${two(year % 100)}`
  for (let attempt = 0; ; attempt++) {
    const serial = (seed + attempt) % 400
    const century = (year >= 2000 ? 4 : 0) + Math.floor(serial / 100)
    const stem = `${date}${century}${two(serial % 100)}`
    const check = (11 - (weightedSum(stem) % 11)) % 11
    if (check < 10) return `${stem}${check}`
  }
}

export function isFictitiousCprNumber(text: string): boolean {
  const day = Number(text.slice(0, 2)) - DAY_OFFSET
  const month = Number(text.slice(2, 4))
  return (
    /^\d{10}$/.test(text) &&
    day >= 1 &&
    day <= 31 &&
    month >= 1 &&
    month <= 12 &&
    weightedSum(text) % 11 === 0
  )
}

function weightedSum(digits: string): number {
  return WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(digits[place] ?? 0), 0)
}
