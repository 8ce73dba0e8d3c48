import type { Policy } from '../policy/policy.ts'
import type { Condition } from './plan.ts'

/**
 * Which rows of a model a purpose may see, whatever is asked for: the conjunction of every rule of the policy about rows.
 * Undefined: all of them. Where it is made SQL, a row that does not fulfil it does not exist: not as a row, not behind a
 * relation, not for a filter, not in a count.
 */
export function governedRows(_policy: Policy, _model: string, _purpose: string): Condition | undefined {
  return undefined
}
