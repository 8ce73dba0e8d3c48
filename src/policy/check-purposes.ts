import { type CoherenceScope, declarationNode, fieldsOf } from './coherence-scope.ts'
import type { Purpose } from './purpose.ts'

/** Purposes against what they may read. */
export function checkPurposes(scope: CoherenceScope): void {
  checkAlike(scope)
  checkKeysOfRecipients(scope)
  checkDeadEnds(scope)
}

/** Two names for one purpose blur what data is collected for (GDPR Article 5(1)(b)). */
function checkAlike(scope: CoherenceScope): void {
  const known = new Map<string, string>()
  for (const value of scope.definitions.enums.get('Purpose')?.values ?? []) {
    const purpose = scope.purposes.get(value.name.value)
    const reads = purpose && readsOf(scope, purpose)
    if (!reads) continue
    const first = known.get(reads)
    if (first === undefined) known.set(reads, purpose.name)
    else
      scope.reporter.report(
        'PG225',
        value.name,
        `the purposes \`${first}\` and \`${purpose.name}\` read the same on the same ground`,
        'make them one purpose, or declare less for each',
      )
  }
}

/** Undefined where the purpose reads nothing. */
function readsOf(
  scope: CoherenceScope,
  { name, basis, recipient, scope: whose, groups }: Purpose,
): string | undefined {
  const reads = fieldsOf(scope).flatMap((field) => {
    const form = field.permits.get(name)
    if (form === undefined) return []
    const step = field.kind === 'scalar' ? field.steps?.get(name) : undefined
    return [[field.coordinate, form, step]]
  })
  const rows = [...scope.models.values()].flatMap((model) =>
    model.rows.flatMap(({ purposes, where }) => (purposes.includes(name) ? [[model.name, where]] : [])),
  )
  const served = groups === undefined ? 'rows' : 'groups'
  return reads.length === 0 ? undefined : JSON.stringify([basis, recipient, whose, served, reads, rows])
}

/** A key as it is joins what the third party gets today to what it gets tomorrow, and to what others got. */
function checkKeysOfRecipients(scope: CoherenceScope): void {
  for (const { name, recipient } of scope.purposes.values()) {
    if (recipient === undefined) continue
    for (const model of scope.models.values())
      for (const part of model.key) {
        const field = model.fields.get(part.field)
        if (field?.permits.get(name) === 'AS_IS')
          scope.reporter.report(
            'PG226',
            declarationNode(scope, field, name),
            `\`${field.coordinate}\` is a key, and \`${name}\` hands it to \`${recipient}\` as it is`,
            'a pseudonym tells rows apart as well: `as: PSEUDONYM`',
          )
      }
  }
}

/**
 * Every type has a root field for the purposes that may read some of it, so a field that is declared can be reached. What
 * leads nowhere is a relation to a type of which the purpose may read nothing.
 */
function checkDeadEnds(scope: CoherenceScope): void {
  for (const field of fieldsOf(scope)) {
    const target = field.kind === 'relation' ? scope.models.get(field.target) : undefined
    if (!target) continue
    for (const purpose of field.permits.keys())
      if (![...target.fields.values()].some(({ permits }) => permits.has(purpose)))
        scope.reporter.report(
          'PG311',
          declarationNode(scope, field, purpose),
          `\`${field.coordinate}\` is declared for \`${purpose}\`, which may read nothing of \`${target.name}\``,
          `declare a field of \`${target.name}\` for it, or remove the purpose`,
        )
  }
}
