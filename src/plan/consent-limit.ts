import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { StoredChoice } from '../policy/stored-choice.ts'
import type { ChoiceLink } from './condition.ts'
import type { RowLimit } from './row-limit.ts'

/**
 * `basis: CONSENT` (GDPR Article 6(1)(a)): rows whose data subject has an active consent for the purpose. A row about nobody
 * needs nobody's consent. Where consents cannot be about the row's data subject there is none; the compiler says so before.
 */
export function consentLimit({ consents }: Policy, model: Model, purpose: Purpose): readonly RowLimit[] {
  const { subject } = model
  if (purpose.basis !== 'CONSENT' || !subject) return []
  const label = consents?.purpose?.labels.get(purpose.name)
  if (!consents || label === undefined || subject.model !== consents.subject.model)
    return [{ words: 'that somebody consented to, and none can be', condition: { kind: 'or', operands: [] } }]
  const link = linkOf(consents, model) ?? { kind: 'subject', subject }
  const words =
    link.kind === 'person'
      ? `of a person who consented to ${purpose.name} and has not withdrawn`
      : `whose data subject has an active consent to ${purpose.name}`
  return [{ words, condition: { kind: 'choice', present: true, choice: consents, label, link } }]
}

/** Where several people speak for one data subject, nobody's row is served because somebody else said yes. */
function linkOf({ model, givenBy }: StoredChoice, row: Model): ChoiceLink | undefined {
  if (!givenBy) return undefined
  if (row.name === givenBy.model)
    return { kind: 'person', join: givenBy.join.map(({ from, to }) => ({ from: to, to: from })) }
  if (row.name === model)
    return { kind: 'person', join: givenBy.join.map(({ from }) => ({ from, to: from })) }
  return undefined
}
