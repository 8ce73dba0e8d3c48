import { type ConstObjectFieldNode, type ConstObjectValueNode, type ConstValueNode, Kind } from 'graphql'
import { checkNeverChosen } from './check-never-chosen.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Model, ScalarField } from './governed-model.ts'
import type { RowCondition, RowValue } from './row-condition.ts'
import { rowLeafOf } from './row-leaf-of.ts'
import type { RowSite } from './row-site.ts'

const EQUALITY = ['equals', 'not'] as const
const SETS = ['in', 'notIn'] as const
const RANGE = ['lt', 'lte', 'gt', 'gte'] as const
const MATCHES = ['contains', 'startsWith', 'endsWith'] as const

/** The operators of the filter of a field's type in the served schema. */
function operatorsOf(field: ScalarField): readonly string[] {
  switch (field.type) {
    case 'Boolean':
      return EQUALITY
    case 'ID':
    case 'Enum':
      return [...EQUALITY, ...SETS]
    case 'String':
      return [...EQUALITY, ...SETS, ...RANGE, ...MATCHES, 'mode']
    default:
      return [...EQUALITY, ...SETS, ...RANGE]
  }
}

/** One operator of the filter of a field that is served from a column. */
export function rowScalarOf(
  { name, value }: ConstObjectFieldNode,
  filter: ConstObjectValueNode,
  field: ScalarField,
  model: Model,
  site: RowSite,
  negated: boolean,
): readonly RowCondition[] {
  const known = operatorsOf(field)
  const operator = name.value
  if (!known.includes(operator)) {
    site.scope.reporter.report(
      'PG705',
      name,
      `\`${operator}\` is no condition on \`${field.coordinate}\``,
      didYouMean(operator, known) ?? `there are ${known.map((one) => `\`${one}\``).join(', ')}`,
    )
    return []
  }
  const saysEmpty = value.kind === Kind.NULL && operator === (negated ? 'not' : 'equals')
  checkNeverChosen(name, saysEmpty, field, site)
  const insensitive = filter.fields.some(
    (entry) =>
      entry.name.value === 'mode' && entry.value.kind === Kind.ENUM && entry.value.value === 'INSENSITIVE',
  )
  const at = { field: field.name, insensitive }
  const leaf = (node: ConstValueNode, list = false) => rowValueOf(node, field, model, site, list)
  const equality = EQUALITY.find((candidate) => candidate === operator)
  if (equality && value.kind === Kind.NULL)
    return [{ kind: 'isNull', field: field.name, negated: equality === 'not' }]
  const comparison = equality ?? RANGE.find((candidate) => candidate === operator)
  if (comparison)
    return leaf(value).map((one) => ({ kind: 'compare', ...at, operator: comparison, value: one }))
  const match = MATCHES.find((candidate) => candidate === operator)
  if (match) return leaf(value).map((one) => ({ kind: 'match', ...at, match, value: one }))
  if (operator === 'mode') {
    if (value.kind !== Kind.ENUM || !['DEFAULT', 'INSENSITIVE'].includes(value.value))
      site.scope.reporter.report('PG706', value, '`mode` is `DEFAULT` or `INSENSITIVE`')
    return []
  }
  return leaf(value, true).map((values) => ({ kind: 'in', ...at, negated: operator === 'notIn', values }))
}

/** A value, a list of values where the operator takes one, or a claim; none where (reported) it does not fit. */
function rowValueOf(
  node: ConstValueNode,
  field: ScalarField,
  model: Model,
  site: RowSite,
  list: boolean,
): readonly RowValue[] {
  const claim = node.kind === Kind.OBJECT ? claimOf(node) : undefined
  if (claim !== undefined) {
    site.claims.push({ name: claim, model: model.name, field: field.name, list })
    return [{ kind: 'claim', name: claim }]
  }
  if (!list || node.kind !== Kind.LIST) return rowLeafOf(node, field, site).map(wrapped(list))
  return [{ kind: 'list', items: node.values.flatMap((item) => rowLeafOf(item, field, site)) }]
}

/** A lone value stands for a list of one (GraphQL spec, section 3.11). */
function wrapped(list: boolean): (value: RowValue) => RowValue {
  return (value) => (list ? { kind: 'list', items: [value] } : value)
}

/** `{ claim: "name" }` */
function claimOf(node: ConstObjectValueNode): string | undefined {
  const [entry, ...others] = node.fields
  if (entry?.name.value !== 'claim' || others.length > 0 || entry.value.kind !== Kind.STRING) return undefined
  return entry.value.value.trim() === '' ? undefined : entry.value.value
}
