import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'

/**
 * Whether an operation may read governed data: whether any root field in it, included or skipped, is more than
 * introspection. An operation's name says nothing.
 */
export function readsData(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const visited = new Set<string>()
  const reads = (set: SelectionSetNode): boolean =>
    set.selections.some((node) => {
      if (node.kind === Kind.FIELD) return !node.name.value.startsWith('__')
      if (node.kind === Kind.INLINE_FRAGMENT) return reads(node.selectionSet)
      if (visited.has(node.name.value)) return false
      visited.add(node.name.value)
      const fragment = document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
      )
      return fragment?.kind === Kind.FRAGMENT_DEFINITION && reads(fragment.selectionSet)
    })
  return reads(operation.selectionSet)
}
