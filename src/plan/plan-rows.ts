import type { FieldNode } from 'graphql'
import type { Model, RelationField } from '../policy/governed-model.ts'
import { collectFields } from './collect-fields.ts'
import { planList } from './plan-list.ts'
import { InvalidInput, type PlanScope } from './plan-scope.ts'
import type { RowEntry, RowSelection } from './selection.ts'

/** Decides on every field that is selected of a row, each under its own coordinate, relations included (rule 4). */
export function planRows(
  scope: PlanScope,
  model: Model,
  parents: readonly FieldNode[],
  path: readonly string[],
): RowSelection {
  const groups = collectFields(
    scope,
    parents.map((node) => node.selectionSet),
  )
  const entries = [...groups].map(
    ([key, nodes]): RowEntry => planEntry(scope, model, key, nodes, [...path, key]),
  )
  return { model, entries }
}

function planEntry(
  scope: PlanScope,
  model: Model,
  key: string,
  nodes: readonly FieldNode[],
  path: readonly string[],
): RowEntry {
  const name = nodes[0]?.name.value ?? ''
  if (name === '__typename') return { kind: 'typename', key }
  const field = model.fields.get(name)
  if (!field) throw new InvalidInput(`\`${model.name}\` has no such field`)
  const transform = scope.field(field, path)
  if (field.kind === 'scalar')
    return transform
      ? { kind: 'scalar', key, field, transform, step: field.steps?.get(scope.purpose) }
      : { kind: 'blocked', key }
  return planRelation(scope, key, field, nodes, path)
}

/** Goes below a blocked relation too, so that a refusal names everything that stands in the way. */
function planRelation(
  scope: PlanScope,
  key: string,
  field: RelationField,
  nodes: readonly FieldNode[],
  path: readonly string[],
): RowEntry {
  const target = scope.policy.models.get(field.target)
  if (!target) throw new InvalidInput(`\`${field.coordinate}\` leads to a type that is not governed`)
  if (!field.many) {
    const rows = planRows(scope, target, nodes, path)
    return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'one', key, field, rows }
  }
  const below = (children: readonly FieldNode[], at: readonly string[]) =>
    planRows(scope, target, children, at)
  const list = planList(scope, target, nodes, path, below)
  return scope.blockedAt(path) ? { kind: 'blocked', key } : { kind: 'many', key, field, list }
}
