import type { Problem } from '../errors.ts'
import type { ClaimValue, Principal } from '../identity/principal.ts'
import type { Model } from '../policy/governed-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Purpose } from '../policy/purpose.ts'
import type { ClaimUse } from '../policy/row-condition.ts'
import type { KeyPart } from '../policy/subject-path.ts'
import { fitsColumn } from './fits-column.ts'
import type { RequestFacts } from './request-facts.ts'

export type RowAdmission =
  | { readonly kind: 'admitted'; readonly facts: RequestFacts }
  | { readonly kind: 'refused'; readonly problem: Problem }

/**
 * Whether the principal brings what the conditions of the purpose compare with: the data subject of `scope: OWN`, and every
 * claim that `@rows` names for it. What is missing never matches all rows, nor is a value guessed from another form. Never
 * cached, like `admit`.
 *
 * @param nowMs by the gateway's clock.
 */
export function admitRows(
  policy: Policy,
  { claims, dataSubject }: Principal,
  purpose: Purpose,
  nowMs: number,
): RowAdmission {
  if (purpose.scope === 'OWN') {
    const key = ownKey(policy, purpose)
    const fits = dataSubject?.length === key.length && key.every((part, i) => fitsPart(dataSubject[i], part))
    if (!fits)
      return refused(`purpose \`${purpose.name}\` serves own rows, and the token names no data subject`)
  }
  for (const { model, use } of claimUses(policy, purpose))
    if (!fitsUse(claims.get(use.name), use, policy))
      return refused(
        `purpose \`${purpose.name}\` chooses rows of \`${model}\` by the claim \`${use.name}\`, which the token lacks or has in another form`,
      )
  return { kind: 'admitted', facts: { nowMs, claims, dataSubject } }
}

interface ModelClaim {
  readonly model: string
  readonly use: ClaimUse
}

/** A purpose belongs to one policy, and both are frozen. */
const known = new WeakMap<Purpose, readonly ModelClaim[]>()

function claimUses(policy: Policy, purpose: Purpose): readonly ModelClaim[] {
  const before = known.get(purpose)
  if (before) return before
  const uses = [...policy.models.values()].flatMap((model) =>
    model.rows
      .filter((rule) => rule.purposes.includes(purpose.name))
      .flatMap((rule) => rule.claims.map((use) => ({ model: model.name, use }))),
  )
  known.set(purpose, uses)
  return uses
}

/** Own rows are those of one kind of data subject; the compiler has checked it. */
function ownKey(policy: Policy, { name }: Purpose): readonly KeyPart[] {
  const read = (model: Model) => [...model.fields.values()].some((field) => field.permits.has(name))
  return [...policy.models.values()].find((model) => model.subject && read(model))?.subject?.key ?? []
}

function fitsPart(value: string | undefined, { sqlType }: KeyPart): boolean {
  return value !== undefined && fitsColumn(value, sqlType)
}

/** An empty list would leave out nothing where it is to leave out something. */
function fitsUse(claim: ClaimValue | undefined, { model, field, list }: ClaimUse, policy: Policy): boolean {
  const column = policy.models.get(model)?.fields.get(field)
  if (claim === undefined || column?.kind !== 'scalar') return false
  const values = typeof claim === 'object' ? claim : [claim]
  if (values.length === 0 || (typeof claim === 'object' && !list)) return false
  return values.every((value) => {
    if (typeof value === 'boolean' || column.type === 'Boolean')
      return typeof value === 'boolean' && column.type === 'Boolean'
    if (column.type === 'Enum')
      return policy.enums.get(column.enumName ?? '')?.values.some((known) => known.name === value) ?? false
    return fitsColumn(String(value), column.sqlType)
  })
}

function refused(message: string): RowAdmission {
  return { kind: 'refused', problem: { code: 'CLAIM_MISSING', message } }
}
