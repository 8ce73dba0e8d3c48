import type { Problem } from '../errors.ts'
import { dayOf } from '../policy/calendar-date.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import { reviewAge } from '../policy/review-age.ts'

/**
 * What keeps everybody from acting for a purpose: it, or a purpose that it is within, is suspended, or nobody has reviewed
 * it for thirteen months. Asked on every request, because a purpose lapses while the gateway runs; found out once a day,
 * because counting months costs as much as the rest of an admission.
 *
 * @param now milliseconds since the epoch; a review lapses at midnight UTC
 */
export function standingProblem(policy: Policy, purpose: Purpose, now: number): Problem | undefined {
  const day = Math.floor(now / DAY_MS)
  const known = lastAnswers.get(purpose)
  if (known?.day === day) return known.problem
  const problem = problemOn(policy, purpose, dayOf(now))
  lastAnswers.set(purpose, { day, problem })
  return problem
}

const DAY_MS = 86_400_000

/** A purpose belongs to one policy, and both are frozen, so the day is all that an answer depends on. */
const lastAnswers = new WeakMap<Purpose, { readonly day: number; readonly problem: Problem | undefined }>()

function problemOn(policy: Policy, purpose: Purpose, today: string): Problem | undefined {
  const seen = new Set<string>()
  // The compiler refuses circles; the set only keeps a mistake there from hanging a request.
  for (let at: Purpose | undefined = purpose; at && !seen.has(at.name); at = outerOf(policy, at)) {
    seen.add(at.name)
    const which =
      at === purpose
        ? `purpose \`${at.name}\``
        : `purpose \`${purpose.name}\` is within \`${at.name}\`, which`
    if (at.suspended)
      return {
        code: 'PURPOSE_SUSPENDED',
        message: `${which} is suspended; its owner can say why and for how long`,
      }
    if (reviewAge(at.reviewed, today) === 'lapsed')
      return {
        code: 'PURPOSE_OVERDUE',
        message: `${which} was last reviewed on ${at.reviewed}, more than thirteen months ago; its owner has to review it`,
      }
  }
  return undefined
}

function outerOf(policy: Policy, { within }: Purpose): Purpose | undefined {
  return within === undefined ? undefined : policy.purposes.get(within)
}
