import { dayOf, monthsAfter } from './calendar-date.ts'

/**
 * How old a review is. `due` after eleven months, `late` after twelve, `lapsed` after thirteen; `ahead`: dated later than
 * tomorrow, so nobody can have made it.
 */
export type ReviewAge = 'current' | 'due' | 'late' | 'lapsed' | 'ahead'

const DAY_MS = 86_400_000

/**
 * Both dates are days of UTC. A review that was made today somewhere on earth may be dated tomorrow, and on the day of the
 * anniversary it is not yet older than so many months.
 *
 * @param reviewed `YYYY-MM-DD`
 */
export function reviewAge(reviewed: string, today: string): ReviewAge {
  // Days in this form stand in the order of their text.
  if (reviewed > dayOf(Date.parse(today) + DAY_MS)) return 'ahead'
  if (today > monthsAfter(reviewed, 13)) return 'lapsed'
  if (today > monthsAfter(reviewed, 12)) return 'late'
  return today > monthsAfter(reviewed, 11) ? 'due' : 'current'
}
