import { dayOf } from './policy/calendar-date.ts'

const DAY_MS = 86_400_000

/** The day of UTC, `YYYY-MM-DD`, by a clock of milliseconds since the epoch: asked on every request, written once a day. */
export function todayBy(now: () => number): () => string {
  let known = { number: Number.NaN, text: '' }
  return () => {
    const ms = now()
    const number = Math.floor(ms / DAY_MS)
    if (number !== known.number) known = { number, text: dayOf(ms) }
    return known.text
  }
}
