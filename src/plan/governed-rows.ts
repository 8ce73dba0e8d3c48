import { invariant } from '../invariant.ts'
import type { Policy } from '../policy/policy.ts'
import type { Condition } from './plan.ts'
import { retainedRows } from './retained-rows.ts'

/**
 * Which rows of a model a purpose may see, whatever is asked for: the conjunction of every rule of the policy about rows.
 * Undefined: all of them. Where it is made SQL, a row that does not fulfil it does not exist: not as a row, not behind a
 * relation, not for a filter, not in a count.
 */
export function governedRows(policy: Policy, modelName: string, purpose: string): Condition | undefined {
  const model = policy.models.get(modelName)
  invariant(model, 'what is read is a model of the policy')
  const rules = [retainedRows(policy, model, purpose)].filter((rule) => rule !== undefined)
  return rules.length < 2 ? rules[0] : { kind: 'and', operands: rules }
}
