import { type CoherenceScope, declarationNode, fieldsOf, typeOf } from './coherence-scope.ts'
import type { JoinPair } from './data-model.ts'
import type { Field, RelationField } from './governed-model.ts'
import { keyOf } from './key.ts'

/**
 * `@never` reaches what tells of a row: where a type is of a category, its fields (each shows that there is a row) and the
 * relations to it (each shows whose it is, and is what a filter or a count would go through).
 */
export function checkNeverOfTypes(scope: CoherenceScope): void {
  for (const field of fieldsOf(scope)) {
    const types = [typeOf(field), ...(field.kind === 'relation' ? [field.target] : [])]
    for (const type of new Set(types)) {
      const category = scope.models.get(type)?.category
      for (const purpose of neverOf(scope, category))
        if (field.permits.has(purpose))
          scope.reporter.report(
            'PG312',
            declarationNode(scope, field, purpose),
            `\`${field.coordinate}\` tells of a \`${type}\`, which is \`${category}\` and never for \`${purpose}\``,
            'remove the purpose',
          )
    }
  }
}

/** `@never` on a relation reaches the other ways to the same knowledge: the relation that leads back, and the columns that tie the two. */
export function checkNeverOfRelations(scope: CoherenceScope): void {
  const fields = fieldsOf(scope)
  for (const relation of fields) {
    if (relation.kind !== 'relation') continue
    const never = neverOf(scope, relation.category)
    if (never.length === 0) continue
    for (const other of fields) {
      if (other === relation || !tells(scope, relation, other)) continue
      for (const purpose of never)
        if (other.permits.has(purpose))
          scope.reporter.report(
            'PG313',
            declarationNode(scope, other, purpose),
            `\`${other.coordinate}\` tells what \`${relation.coordinate}\` does, which is \`${relation.category}\` and never for \`${purpose}\``,
            'remove the purpose',
          )
    }
  }
}

function neverOf({ categories }: CoherenceScope, category: string | undefined): readonly string[] {
  return (category !== undefined && categories.get(category)?.never) || []
}

function tells(scope: CoherenceScope, relation: RelationField, other: Field): boolean {
  const here = typeOf(relation)
  const type = typeOf(other)
  if (other.kind === 'relation')
    return type === relation.target && other.target === here && reverses(other.join, relation.join)
  const columns = new Set<string>()
  if (type === here) for (const column of tie(scope, here, relation.join, 'from')) columns.add(column)
  if (type === relation.target)
    for (const column of tie(scope, relation.target, relation.join, 'to')) columns.add(column)
  return columns.has(other.column)
}

/** The columns of a join on one side, unless they are what the other side points at: the key. */
function tie(
  { dataModel, entityOfType }: CoherenceScope,
  type: string,
  join: readonly JoinPair[],
  side: 'from' | 'to',
): readonly string[] {
  const entity = dataModel.entities.get(entityOfType.get(type) ?? '')
  if (entity === undefined) return []
  const columns = join.map((pair) => pair[side])
  const key = keyOf(entity).map(({ column }) => column)
  return key.length === columns.length && key.every((column) => columns.includes(column)) ? [] : columns
}

function reverses(back: readonly JoinPair[], there: readonly JoinPair[]): boolean {
  return (
    back.length === there.length &&
    there.every(({ from, to }) => back.some((pair) => pair.from === to && pair.to === from))
  )
}
