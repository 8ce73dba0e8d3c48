import type { Config } from '../config.ts'

/** How long one pseudonym stands for one value: ISO 8601 durations, of calendar periods in UTC. */
export type PseudonymPeriod = Config['pseudonymPeriod']

/**
 * The name of the period that an instant lies in: `2026-11-24`, `2026-11`, `2026-Q4`, `2026`; empty where pseudonyms last.
 * It is part of the key's name, so that what was served in one period cannot be linked to what is served in another.
 *
 * @param atMs milliseconds since the epoch
 */
export function pseudonymPeriodAt(period: PseudonymPeriod, atMs: number): string {
  const day = dayOf(atMs)
  switch (period) {
    case 'none':
      return ''
    case 'P1D':
      return day
    case 'P1M':
      return day.slice(0, 7)
    case 'P3M':
      return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
    case 'P1Y':
      return day.slice(0, 4)
  }
}

/** The day that was last asked for; every request asks. */
let lastDay = { number: Number.NaN, text: '' }
const DAY_MS = 86_400_000

function dayOf(atMs: number): string {
  const number = Math.floor(atMs / DAY_MS)
  if (number !== lastDay.number) lastDay = { number, text: new Date(atMs).toISOString().slice(0, 10) }
  return lastDay.text
}
