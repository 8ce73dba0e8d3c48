import type { Retention } from '../policy/keeping.ts'
import { addPeriod, DAY_MS, type Day, endOfYear } from './calendar.ts'
import { localDay, startOfDay } from './local-day.ts'

/** Rows dated before it are past their retention, rows dated on it or later are kept. */
export interface Cutoff {
  readonly day: Day
  /** The first instant of the day in the rule's time zone, milliseconds since the epoch. */
  readonly startMs: number
}

/** The last day on which a row dated `day` is served. */
export function lastDayOf(rule: Retention, day: Day): Day {
  return addPeriod(rule.yearStarts ? endOfYear(day, rule.yearStarts) : day, rule)
}

/**
 * Where a rule stands at an instant. Pure: the answer of a day is remembered, because every request asks.
 *
 * @param nowMs milliseconds since the epoch
 */
export function cutoffOf(rule: Retention, nowMs: number): Cutoff {
  const known = today.get(rule)
  if (known && nowMs >= known.fromMs && nowMs < known.untilMs) return known.cutoff
  const day = localDay(nowMs, rule.timeZone)
  const first = firstKept(rule, day)
  const cutoff = { day: first, startMs: startOfDay(first, rule.timeZone) }
  today.set(rule, {
    fromMs: startOfDay(day, rule.timeZone),
    untilMs: startOfDay(day + 1, rule.timeZone),
    cutoff,
  })
  return cutoff
}

const today = new WeakMap<
  Retention,
  { readonly fromMs: number; readonly untilMs: number; readonly cutoff: Cutoff }
>()

/** The earliest day whose rows are still served; `lastDayOf` never falls as the day rises, so halving finds it. */
function firstKept(rule: Retention, day: Day): Day {
  // A year more than the period, for what runs from the end of a year.
  let gone = day - rule.days - Math.ceil((rule.months / 12 + 2) * LONGEST_YEAR)
  let kept = day
  while (kept - gone > 1) {
    const middle = Math.floor((gone + kept) / 2)
    if (lastDayOf(rule, middle) >= day) kept = middle
    else gone = middle
  }
  return kept
}

const LONGEST_YEAR = 366

/** The cutoff as a value for a column of the type; a date is a day wherever one is. */
export function cutoffValue(rule: Retention, nowMs: number): Date {
  const { day, startMs } = cutoffOf(rule, nowMs)
  return new Date(rule.from.type === 'Date' ? day * DAY_MS : startMs)
}
