import type { ErrorCode } from '../errors.ts'
import type { Field, Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Transform } from '../policy/transform.ts'

/** One field under one purpose. */
export type Decision =
  | { readonly kind: 'permitted'; readonly transform: Transform }
  | {
      readonly kind: 'blocked'
      readonly code: Extract<
        ErrorCode,
        'FIELD_NOT_PERMITTED' | 'ARGUMENT_NOT_PERMITTED' | 'AGGREGATE_NOT_PERMITTED'
      >
    }

/** Rule of meaning 1: a field is readable for the purposes that it declares, and for no other. */
export function decideField(field: Field, purpose: string): Decision {
  const transform = field.permits.get(purpose)
  return transform ? { kind: 'permitted', transform } : { kind: 'blocked', code: 'FIELD_NOT_PERMITTED' }
}

/** Rule of meaning 5: filtering, ordering and looking up by a field reads it as it is. */
export function decideArgument(field: Field, purpose: string): Decision {
  const transform = field.permits.get(purpose)
  return transform === 'AS_IS'
    ? { kind: 'permitted', transform }
    : { kind: 'blocked', code: 'ARGUMENT_NOT_PERMITTED' }
}

/** Rule of meaning 5: calculating with a field reads it as it is. A field that may not be read at all is just that. */
export function decideCalculation(field: Field, purpose: string): Decision {
  const decision = decideField(field, purpose)
  return decision.kind === 'blocked' || decision.transform === 'AS_IS'
    ? decision
    : { kind: 'blocked', code: 'AGGREGATE_NOT_PERMITTED' }
}

/**
 * Rule 5 for the order that nobody asked for: by the key. Each part of it is readable as it is, by its own field or as the
 * key of the row that a readable relation leads to.
 */
export function isKeyReadable(policy: Policy, model: Model, purpose: string): boolean {
  return model.key.every((part) => {
    const own = model.fields.get(part.field)
    if (own) return decideArgument(own, purpose).kind === 'permitted'
    return [...model.fields.values()].some(
      (field) =>
        field.kind === 'relation' &&
        field.permits.has(purpose) &&
        field.join.some(
          ({ from, to }) => from === part.column && isColumnReadable(policy, field.target, to, purpose),
        ),
    )
  })
}

function isColumnReadable(policy: Policy, modelName: string, column: string, purpose: string): boolean {
  const fields = [...(policy.models.get(modelName)?.fields.values() ?? [])]
  return fields.some(
    (field) =>
      field.kind === 'scalar' &&
      field.column === column &&
      decideArgument(field, purpose).kind === 'permitted',
  )
}

/** A root field is readable for the purposes that may read at least one field of its model. */
function purposesOfModel(policy: Policy, modelName: string): readonly string[] {
  const model = policy.models.get(modelName)
  const fields = model ? [...model.fields.values()] : []
  return [...policy.purposes.keys()].filter((purpose) => fields.some((field) => field.permits.has(purpose)))
}

/** Purposes that are served rows of a model, not only figures about groups of them. */
export function purposesOfRows(policy: Policy, modelName: string): readonly string[] {
  return purposesOfModel(policy, modelName).filter((purpose) => !policy.purposes.get(purpose)?.groups)
}

/** Purposes that are served figures about a model: those that count in data subjects need to know whom its rows are about. */
export function purposesOfGroups(policy: Policy, modelName: string): readonly string[] {
  const purposes = purposesOfModel(policy, modelName)
  if (policy.models.get(modelName)?.subject) return purposes
  return purposes.filter((purpose) => !policy.purposes.get(purpose)?.groups)
}
