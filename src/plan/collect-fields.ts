import {
  type FieldNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { InvalidInput, type PlanScope } from './plan-scope.ts'

/**
 * GraphQL spec, section 6.3.2 (CollectFields): the fields of one or several merged selection sets by response key, in
 * order. Governed types have no interfaces or unions, so a fragment's type condition can only be the type itself.
 */
export function collectFields(
  scope: PlanScope,
  selectionSets: readonly (SelectionSetNode | undefined)[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const groups = new Map<string, FieldNode[]>()
  const visited = new Set<string>()
  for (const set of selectionSets) if (set) collect(scope, set.selections, groups, visited)
  return groups
}

function collect(
  scope: PlanScope,
  selections: readonly SelectionNode[],
  groups: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(scope, selection)) continue
    switch (selection.kind) {
      case Kind.FIELD: {
        const key = selection.alias?.value ?? selection.name.value
        const group = groups.get(key)
        if (group) group.push(selection)
        else groups.set(key, [selection])
        break
      }
      case Kind.INLINE_FRAGMENT:
        collect(scope, selection.selectionSet.selections, groups, visited)
        break
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value
        if (visited.has(name)) break
        visited.add(name)
        const fragment = scope.fragments.get(name)
        if (fragment) collect(scope, fragment.selectionSet.selections, groups, visited)
        break
      }
    }
  }
}

function isIncluded(scope: PlanScope, node: SelectionNode): boolean {
  if (!node.directives || node.directives.length === 0) return true
  if (conditionOf(scope, GraphQLSkipDirective, node) === true) return false
  return conditionOf(scope, GraphQLIncludeDirective, node) !== false
}

/** A nullable variable with a default passes validation and may still be null (GraphQL spec, section 5.8.5). */
function conditionOf(scope: PlanScope, directive: GraphQLDirective, node: SelectionNode): unknown {
  try {
    return getDirectiveValues(directive, node, scope.variables)?.if
  } catch {
    throw new InvalidInput(`the condition of a \`@${directive.name}\` is null`)
  }
}
