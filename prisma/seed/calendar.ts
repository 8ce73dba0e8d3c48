/**
 * The demo's own time. It stands still, so that the same rows come out on every day. All instants are milliseconds
 * since the epoch in UTC; months are counted from 0.
 */
export const MONTHS = 36
export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
/** "Today" in the demo: nothing in it is younger. */
export const TODAY_MS = Date.UTC(2026, 10, 15, 12)

const FIRST_YEAR = 2023
const FIRST_MONTH = 11
const NAMES = [
  'januar',
  'februar',
  'marts',
  'april',
  'maj',
  'juni',
  'juli',
  'august',
  'september',
  'oktober',
  'november',
  'december',
]

export function monthStart(month: number): number {
  return Date.UTC(FIRST_YEAR, FIRST_MONTH + month, 1)
}

/** `november 2026` */
export function monthName(month: number): string {
  const date = new Date(monthStart(month))
  return `${NAMES[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `2026-11-15` */
export function calendarDate(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10)
}
