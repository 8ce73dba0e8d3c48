import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { RowLimit } from './row-limit.ts'

/**
 * `scope: OWN`: rows about the data subject that the token names, at every depth. The compiler refuses such a purpose on a
 * model about nobody; should one come here all the same, none of its rows is anybody's own.
 */
export function ownLimit(_policy: Policy, { subject }: Model, { scope }: Purpose): readonly RowLimit[] {
  if (scope !== 'OWN') return []
  const words = 'about the data subject that the token names'
  return subject
    ? [{ words, condition: { kind: 'own', subject } }]
    : [{ words, condition: { kind: 'or', operands: [] } }]
}
