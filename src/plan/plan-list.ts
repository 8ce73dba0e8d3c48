import { type ArgumentNode, type FieldNode, GraphQLInt, GraphQLString } from 'graphql'
import type { Model } from '../policy/governed-model.ts'
import { collectFields } from './collect-fields.ts'
import type { Condition, Value } from './condition.ts'
import { isKeyReadable } from './decide.ts'
import { entriesOf, inputOfArgument, isNull, itemsOf, leafOf, leafValueOf, nameOf } from './input.ts'
import { planCondition } from './plan-condition.ts'
import { InvalidInput, type PlanScope } from './plan-scope.ts'
import type {
  EdgeEntry,
  ListEntry,
  ListSelection,
  OrderTerm,
  PageInfoEntry,
  RowSelection,
} from './selection.ts'

/** Plans the rows under `nodes` and `node`; given by the caller so that the two files do not depend on each other. */
export type PlanRows = (nodes: readonly FieldNode[], path: readonly string[]) => RowSelection

/** Plans a Relay connection: its arguments, then what is selected of it. Blocked arguments are noted in the scope. */
export function planList(
  scope: PlanScope,
  model: Model,
  nodes: readonly FieldNode[],
  path: readonly string[],
  planRows: PlanRows,
): ListSelection {
  const args = nodes[0]?.arguments
  return {
    model,
    first: firstArgument(scope, args),
    after: afterArgument(scope, args),
    where: whereArgument(scope, model, args, path),
    order: orderArgument(scope, model, args, path),
    keyReadable: isKeyReadable(scope.policy, model, scope.purpose),
    entries: planEntries(scope, nodes, path, planRows),
  }
}

function firstArgument(scope: PlanScope, args: readonly ArgumentNode[] | undefined): number | undefined {
  const first = leafOf(inputOfArgument(args, 'first', scope.variables), GraphQLInt)
  return typeof first === 'number' ? first : undefined
}

function afterArgument(scope: PlanScope, args: readonly ArgumentNode[] | undefined): Value | undefined {
  const input = inputOfArgument(args, 'after', scope.variables)
  return input.kind === 'absent' || isNull(input) ? undefined : leafValueOf(input, GraphQLString)
}

function whereArgument(
  scope: PlanScope,
  model: Model,
  args: readonly ArgumentNode[] | undefined,
  path: readonly string[],
): Condition | undefined {
  const input = inputOfArgument(args, 'where', scope.variables)
  return input.kind === 'absent' || isNull(input) ? undefined : planCondition(scope, model, input, path)
}

function orderArgument(
  scope: PlanScope,
  model: Model,
  args: readonly ArgumentNode[] | undefined,
  path: readonly string[],
): readonly OrderTerm[] {
  const input = inputOfArgument(args, 'orderBy', scope.variables)
  if (isNull(input)) return []
  return itemsOf(input, scope.variables).map((item) => {
    const [entry, ...others] = entriesOf(item, scope.variables)
    const field = entry && model.fields.get(entry[0])
    if (!entry || others.length > 0 || field?.kind !== 'scalar' || isNull(entry[1]))
      throw new InvalidInput('each entry of `orderBy` names exactly one field and a direction')
    scope.argument(field, path)
    return { field, descending: nameOf(entry[1]) === 'DESC' }
  })
}

function planEntries(
  scope: PlanScope,
  parents: readonly FieldNode[],
  path: readonly string[],
  planRows: PlanRows,
): readonly ListEntry[] {
  return [...childrenOf(scope, parents)].map(([key, nodes]): ListEntry => {
    const here = [...path, key]
    switch (nodes[0]?.name.value) {
      case 'nodes':
        return { kind: 'nodes', key, rows: planRows(nodes, here) }
      case 'edges':
        return { kind: 'edges', key, entries: planEdges(scope, nodes, here, planRows) }
      case 'pageInfo':
        return { kind: 'pageInfo', key, entries: planPageInfo(scope, nodes) }
      case 'totalCount':
        return { kind: 'totalCount', key }
      case '__typename':
        return { kind: 'typename', key }
      default:
        throw new InvalidInput('a connection has no such field')
    }
  })
}

function planEdges(
  scope: PlanScope,
  parents: readonly FieldNode[],
  path: readonly string[],
  planRows: PlanRows,
): readonly EdgeEntry[] {
  return [...childrenOf(scope, parents)].map(([key, nodes]): EdgeEntry => {
    switch (nodes[0]?.name.value) {
      case 'node':
        return { kind: 'node', key, rows: planRows(nodes, [...path, key]) }
      case 'cursor':
        return { kind: 'cursor', key }
      case '__typename':
        return { kind: 'typename', key }
      default:
        throw new InvalidInput('an edge has no such field')
    }
  })
}

function planPageInfo(scope: PlanScope, parents: readonly FieldNode[]): readonly PageInfoEntry[] {
  return [...childrenOf(scope, parents)].map(([key, nodes]): PageInfoEntry => {
    const name = nodes[0]?.name.value
    switch (name) {
      case 'hasNextPage':
      case 'hasPreviousPage':
      case 'startCursor':
      case 'endCursor':
        return { kind: name, key }
      case '__typename':
        return { kind: 'typename', key }
      default:
        throw new InvalidInput('`PageInfo` has no such field')
    }
  })
}

function childrenOf(
  scope: PlanScope,
  parents: readonly FieldNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  return collectFields(
    scope,
    parents.map((node) => node.selectionSet),
  )
}
