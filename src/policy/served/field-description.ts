import type { Field } from '../governed-model.ts'
import type { Policy } from '../policy.ts'

/** What the source says about a field, and who may read it in which form. */
export function fieldDescription(policy: Policy, field: Field): string {
  return `${field.description}\n\n${readableFor(policy, field)}`.trim()
}

function readableFor(policy: Policy, field: Field): string {
  const plain = [...field.permits]
    .filter(([, transform]) => transform === 'AS_IS')
    .map(([purpose]) => named(policy, purpose))
  const changed = [...field.permits].filter(([, transform]) => transform !== 'AS_IS')
  const parts = [
    ...(plain.length > 0 ? [plain.join(', ')] : []),
    ...changed.map(([p, t]) => `${named(policy, p)} as ${t}${stepText(field, p)}`),
  ]
  return parts.length > 0 ? `Readable for ${parts.join('; ')}.` : 'Readable for no purpose.'
}

function stepText(field: Field, purpose: string): string {
  const step = field.kind === 'scalar' ? field.steps?.get(purpose) : undefined
  return step === undefined ? '' : ` to ${step}`
}

function named({ purposes }: Policy, purpose: string): string {
  const groups = purposes.get(purpose)?.groups
  return groups ? `${purpose} in groups of ${groups.smallest}` : purpose
}
