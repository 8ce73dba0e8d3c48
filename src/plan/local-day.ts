import { DAY_MS, type Day, dayOf } from './calendar.ts'

/** Further than any place on earth is from UTC. */
const FURTHEST_MS = 26 * 3_600_000

/**
 * The day that it is in a time zone.
 *
 * @param instantMs milliseconds since the epoch
 */
export function localDay(instantMs: number, timeZone: string): Day {
  const parts = formatOf(timeZone).formatToParts(instantMs)
  const number = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value)
  return dayOf(number('year'), number('month'), number('day'))
}

/**
 * The first instant of a day in a time zone, milliseconds since the epoch. Where clocks skip midnight it is the instant at
 * which they do; the day of a change has 23 or 25 hours, and this does not care.
 */
export function startOfDay(day: Day, timeZone: string): number {
  let before = day * DAY_MS - FURTHEST_MS
  let within = day * DAY_MS + FURTHEST_MS
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (localDay(middle, timeZone) >= day) within = middle
    else before = middle
  }
  return within
}

/** Making one costs more than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}
