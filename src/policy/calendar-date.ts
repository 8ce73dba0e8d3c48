/** True for `YYYY-MM-DD` where the calendar has such a day (RFC 3339 full-date). */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined) return false
  const date = new Date(`${year}-${month}-${day}T00:00:00.000Z`)
  // The parser rolls 31 February over to March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** The day of UTC on which an instant (milliseconds since the epoch) lies. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The day of the same number so many months later; where that month is shorter, its last day. */
export function monthsAfter(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const last = new Date(0)
  // Day 0 of the month after is the last of this one; `setUTCFullYear` takes years below 100 as they are.
  last.setUTCFullYear(year, month - 1 + months + 1, 0)
  last.setUTCDate(Math.min(day, last.getUTCDate()))
  return dayOf(last.getTime())
}
