/** A period of the calendar: whole months, then days. */
export interface Period {
  readonly months: number
  readonly days: number
}

/** Longer than any law asks, and short enough for every date that it leads to. */
const MAX_MONTHS = 200 * 12
const MAX_DAYS = 73_000

/** ISO 8601 duration of years, months, weeks and days → period; undefined: none, empty, or longer than 200 years. */
export function parsePeriod(text: string): Period | undefined {
  const match = /^P(?=\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?$/.exec(text)
  if (!match) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0] = match.slice(1).map((digits) => Number(digits ?? 0))
  const period = { months: years * 12 + months, days: weeks * 7 + days }
  const fits = period.months <= MAX_MONTHS && period.days <= MAX_DAYS
  return fits && period.months + period.days > 0 ? period : undefined
}
