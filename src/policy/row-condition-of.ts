import {
  type ConstObjectFieldNode,
  type ConstObjectValueNode,
  type ConstValueNode,
  Kind,
  print,
} from 'graphql'
import { checkNeverChosen } from './check-never-chosen.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Field, Model, RelationField } from './governed-model.ts'
import type { RowCondition } from './row-condition.ts'
import { rowScalarOf } from './row-scalar-of.ts'
import type { RowSite } from './row-site.ts'

/** True; also stands in where a MUST finding keeps the policy from existing. */
const ALL_ROWS: RowCondition = { kind: 'and', operands: [] }

/**
 * The literal of a `where` → condition, in the meaning of the `where` arguments. Everything in it is checked; the first
 * mistake does not hide the next.
 *
 * @param negated under an odd number of negations.
 */
export function rowConditionOf(
  where: ConstObjectValueNode,
  model: Model,
  site: RowSite,
  negated = false,
): RowCondition {
  const operands = where.fields.map((entry): RowCondition => {
    const all = (under: boolean) =>
      itemsOf(entry.value).flatMap((item) => {
        const object = objectOf(item, entry.name.value, site)
        return object ? [rowConditionOf(object, model, site, under)] : []
      })
    switch (entry.name.value) {
      case 'AND':
        return { kind: 'and', operands: all(negated) }
      case 'OR':
        return { kind: 'or', operands: all(negated) }
      case 'NOT':
        return { kind: 'and', operands: all(!negated).map((operand) => ({ kind: 'not', operand })) }
      default:
        return fieldCondition(entry, model, site, negated)
    }
  })
  return operands.length === 1 && operands[0] ? operands[0] : { kind: 'and', operands }
}

function fieldCondition(
  entry: ConstObjectFieldNode,
  model: Model,
  site: RowSite,
  negated: boolean,
): RowCondition {
  const field = filterable(entry, model, site)
  const filter = field && objectOf(entry.value, field.name, site)
  if (!field || !filter) return ALL_ROWS
  if (filter.fields.length === 0)
    site.scope.reporter.report('PG706', filter, `nothing is said of \`${field.coordinate}\``)
  const operands = filter.fields.flatMap((operator) =>
    field.kind === 'scalar'
      ? rowScalarOf(operator, filter, field, model, site, negated)
      : relationOf(operator, field, site, negated),
  )
  return operands.length === 1 && operands[0] ? operands[0] : { kind: 'and', operands }
}

function filterable({ name }: ConstObjectFieldNode, model: Model, { scope }: RowSite): Field | undefined {
  const fields = [...model.fields.values()].filter(
    (field) => field.kind === 'relation' || (!field.list && field.type !== 'JSON'),
  )
  const field = fields.find((candidate) => candidate.name === name.value)
  if (!field)
    scope.reporter.report(
      'PG705',
      name,
      model.fields.has(name.value)
        ? `\`${model.name}.${name.value}\` has no filter`
        : `the type \`${model.name}\` has no field \`${name.value}\``,
      didYouMean(name.value, [...fields.map((candidate) => candidate.name), 'AND', 'OR', 'NOT']),
    )
  return field
}

const TO_MANY = ['some', 'every', 'none'] as const
const TO_ONE = ['is', 'isNot'] as const

function relationOf(
  { name, value }: ConstObjectFieldNode,
  field: RelationField,
  site: RowSite,
  negated: boolean,
): readonly RowCondition[] {
  const known = field.many ? TO_MANY : TO_ONE
  const quantifier = known.find((candidate) => candidate === name.value)
  const target = site.models.get(field.target)
  if (!quantifier || !target) {
    site.scope.reporter.report(
      'PG705',
      name,
      `\`${name.value}\` is no condition on \`${field.coordinate}\``,
      didYouMean(name.value, known) ?? `there are ${known.map((one) => `\`${one}\``).join(', ')}`,
    )
    return []
  }
  const saysEmpty = value.kind === Kind.NULL && quantifier === (negated ? 'isNot' : 'is')
  checkNeverChosen(name, saysEmpty, field, site)
  if (value.kind === Kind.NULL && !field.many)
    return [{ kind: 'relation', field: field.name, quantifier, condition: undefined }]
  const object = objectOf(value, quantifier, site)
  if (!object) return []
  const under = quantifier === 'none' || quantifier === 'isNot' ? !negated : negated
  const condition = rowConditionOf(object, target, site, under)
  return [{ kind: 'relation', field: field.name, quantifier, condition }]
}

function itemsOf(value: ConstValueNode): readonly ConstValueNode[] {
  return value.kind === Kind.LIST ? value.values : [value]
}

function objectOf(value: ConstValueNode, name: string, site: RowSite): ConstObjectValueNode | undefined {
  if (value.kind === Kind.OBJECT) return value
  site.scope.reporter.report(
    'PG706',
    value,
    `\`${name}\` takes conditions in braces, not \`${print(value)}\``,
  )
  return undefined
}
