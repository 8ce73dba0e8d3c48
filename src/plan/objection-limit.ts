import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { RowLimit } from './row-limit.ts'

/**
 * GDPR Article 21: a purpose on legitimate interest leaves out the rows of data subjects who objected to it. Rows about
 * nobody, or about a kind of data subject that stored objections are not about, are nobody's to object to.
 */
export function objectionLimit({ objections }: Policy, model: Model, purpose: Purpose): readonly RowLimit[] {
  const { subject } = model
  if (purpose.basis !== 'LEGITIMATE_INTEREST' || !objections || subject?.model !== objections.subject.model)
    return []
  const label = objections.purpose?.labels.get(purpose.name)
  const link = { kind: 'subject', subject } as const
  return [
    {
      words: `whose data subject has not objected to ${purpose.name}`,
      condition: { kind: 'choice', present: false, choice: objections, label, link },
    },
  ]
}
