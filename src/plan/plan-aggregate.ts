import type { FieldNode } from 'graphql'
import { aggregateNames, CALCULATIONS, type Calculation } from '../policy/aggregates.ts'
import type { Model } from '../policy/governed-model.ts'
import type {
  AggregateEntry,
  AggregateSelection,
  CalculatedEntry,
  GroupedField,
  KeyEntry,
} from './aggregate-selection.ts'
import { collectFields } from './collect-fields.ts'
import { purposesOfRows } from './decide.ts'
import { inputOfArgument, isNull, itemsOf, nameOf } from './input.ts'
import { planCondition } from './plan-condition.ts'
import { InvalidInput, type PlanScope } from './plan-scope.ts'

/**
 * Plans an aggregate: what its rows are filtered and grouped by, and what is calculated of each group. A blocked filter or
 * grouping blocks the root field whole, because without it the figures would be others; a blocked calculation is pruned.
 */
export function planAggregate(
  scope: PlanScope,
  model: Model,
  nodes: readonly FieldNode[],
  path: readonly string[],
): AggregateSelection {
  const groups = scope.policy.purposes.get(scope.purpose)?.groups
  const args = nodes[0]?.arguments
  const where = inputOfArgument(args, 'where', scope.variables)
  const groupBy = planGroupBy(scope, model, nodes, path)
  return {
    model,
    where: where.kind === 'absent' || isNull(where) ? undefined : planCondition(scope, model, where, path),
    groupBy,
    groups,
    entries: [...childrenOf(scope, nodes)].map(([key, children]) =>
      planEntry(scope, model, groupBy, key, children, [...path, key]),
    ),
  }
}

/** Once each, whatever is asked for twice. */
function planGroupBy(
  scope: PlanScope,
  model: Model,
  nodes: readonly FieldNode[],
  path: readonly string[],
): readonly GroupedField[] {
  const input = inputOfArgument(nodes[0]?.arguments, 'groupBy', scope.variables)
  if (isNull(input)) return []
  const names = new Set(itemsOf(input, scope.variables).map(nameOf))
  return [...names].flatMap((name): GroupedField[] => {
    const field = model.fields.get(name)
    if (field?.kind !== 'scalar') throw new InvalidInput('`groupBy` names a field that does not exist')
    const transform = scope.field(field, path)
    return transform ? [{ field, transform, step: field.steps?.get(scope.purpose) }] : []
  })
}

function planEntry(
  scope: PlanScope,
  model: Model,
  groupBy: readonly GroupedField[],
  key: string,
  nodes: readonly FieldNode[],
  path: readonly string[],
): AggregateEntry {
  const name = nodes[0]?.name.value ?? ''
  switch (name) {
    case '__typename':
    case 'count':
    case 'remainder':
      return { kind: name === '__typename' ? 'typename' : name, key }
    case 'key':
      return { kind: 'key', key, entries: planKey(scope, groupBy, nodes, path) }
    default:
      if (!isCalculation(name)) throw new InvalidInput('an aggregate has no such field')
      return planCalculation(scope, model, name, key, nodes, path)
  }
}

/** Only what the rows of a group agree in. Where a grouping is blocked, so is the whole field above. */
function planKey(
  scope: PlanScope,
  groupBy: readonly GroupedField[],
  parents: readonly FieldNode[],
  path: readonly string[],
): readonly KeyEntry[] {
  return [...childrenOf(scope, parents)].map(([key, nodes]): KeyEntry => {
    const name = nodes[0]?.name.value ?? ''
    if (name === '__typename') return { kind: 'typename', key }
    const index = groupBy.findIndex(({ field }) => field.name === name)
    if (index === -1 && !scope.blockedAt(path.slice(0, -1)))
      throw new InvalidInput(`\`key\` has \`${name}\`, which is not in \`groupBy\``)
    return { kind: 'grouped', key, index }
  })
}

/** Rule 5: whoever calculates with a field reads it as it is. A smallest or largest value is one of a single row. */
function planCalculation(
  scope: PlanScope,
  model: Model,
  calculation: Calculation,
  key: string,
  parents: readonly FieldNode[],
  path: readonly string[],
): AggregateEntry {
  const extreme = calculation === 'min' || calculation === 'max'
  if (extreme && scope.policy.purposes.get(scope.purpose)?.groups)
    scope.block({
      coordinate: `${aggregateNames(model.name).group}.${calculation}`,
      code: 'GROUPS_ONLY',
      path,
      permittedFor: purposesOfRows(scope.policy, model.name),
    })
  const entries = [...childrenOf(scope, parents)].map(([name, nodes]): CalculatedEntry => {
    const field = model.fields.get(nodes[0]?.name.value ?? '')
    if (nodes[0]?.name.value === '__typename') return { kind: 'typename', key: name }
    if (field?.kind !== 'scalar') throw new InvalidInput('an aggregate has no such field')
    const permitted = scope.calculation(field, [...path, name])
    return permitted ? { kind: 'calculated', key: name, field } : { kind: 'blocked', key: name }
  })
  return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'calculation', key, calculation, entries }
}

function isCalculation(name: string): name is Calculation {
  return CALCULATIONS.some((calculation) => calculation === name)
}

function childrenOf(scope: PlanScope, parents: readonly FieldNode[]) {
  return collectFields(
    scope,
    parents.map((node) => node.selectionSet),
  )
}
