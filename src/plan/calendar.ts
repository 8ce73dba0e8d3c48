import type { YearStart } from '../policy/keeping.ts'
import type { Period } from '../policy/period.ts'

/** A day of the calendar as the number of days since 1 January 1970; without a time zone. */
export type Day = number

export const DAY_MS = 86_400_000

export function dayOf(year: number, month: number, day: number): Day {
  return Date.UTC(year, month - 1, day) / DAY_MS
}

/** `YYYY-MM-DD` */
export function textOfDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/**
 * The last day of a period that runs from the end of `day`: the same date, or the last of a month that has no such date
 * (Regulation (EEC, Euratom) No 1182/71, Article 3(2)(c)). Months first, then days. Never earlier for a later day.
 */
export function addPeriod(day: Day, { months, days }: Period): Day {
  const date = new Date(day * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const last = Date.UTC(year, month + 1, 0) / DAY_MS
  return Math.min(Date.UTC(year, month, date.getUTCDate()) / DAY_MS, last) + days
}

/** The last day of the accounting year that holds `day`. */
export function endOfYear(day: Day, { month, day: first }: YearStart): Day {
  const year = new Date(day * DAY_MS).getUTCFullYear()
  const next = dayOf(year, month, first)
  return (next > day ? next : dayOf(year + 1, month, first)) - 1
}
