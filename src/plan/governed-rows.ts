import { invariant } from '../invariant.ts'
import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { Condition } from './condition.ts'
import { consentLimit } from './consent-limit.ts'
import { declaredLimits } from './declared-limits.ts'
import { objectionLimit } from './objection-limit.ts'
import { ownLimit } from './own-limit.ts'
import { retainedRows } from './retained-rows.ts'
import type { RowLimit } from './row-limit.ts'

/** Every kind of rule that the language has about rows. */
const LIMITS: readonly ((policy: Policy, model: Model, purpose: Purpose) => readonly RowLimit[])[] = [
  ownLimit,
  consentLimit,
  objectionLimit,
  declaredLimits,
  retainedRows,
]

/** The rules about the rows of a model for a purpose; every one of them holds. */
export function rowLimits(policy: Policy, modelName: string, purposeName: string): readonly RowLimit[] {
  const model = policy.models.get(modelName)
  const purpose = policy.purposes.get(purposeName)
  invariant(model && purpose, 'rows are read of a governed model, for a purpose of the policy')
  return LIMITS.flatMap((limits) => limits(policy, model, purpose))
}

/**
 * Which rows of a model a purpose may see, whatever is asked for: the conjunction of every rule of the policy about rows.
 * Undefined: all of them. Where it is made SQL, a row that does not fulfil it does not exist: not as a row, not behind a
 * relation, not for a filter, not in a count.
 */
export function governedRows(policy: Policy, model: string, purpose: string): Condition | undefined {
  let known = conditions.get(policy)
  if (known === undefined) {
    known = new Map()
    conditions.set(policy, known)
  }
  const name = `${purpose} ${model}`
  if (!known.has(name)) known.set(name, conjunction(policy, model, purpose))
  return known.get(name)
}

/** Per policy, purpose and model: they follow from these alone, and every new statement asks for several. */
const conditions = new WeakMap<Policy, Map<string, Condition | undefined>>()

function conjunction(policy: Policy, model: string, purpose: string): Condition | undefined {
  const operands = rowLimits(policy, model, purpose).map((limit) => limit.condition)
  return operands.length > 1 ? { kind: 'and', operands } : operands[0]
}
