import { type FieldNode, type GraphQLResolveInfo, valueFromASTUntyped } from 'graphql'

/** The lists that lie below a root field, from the top down. */
const PATH = ['invoices', 'lines']

/** How many of each list the operation asks for; as long as it goes down. Made once per document, which is cached. */
export function pageSizes(info: GraphQLResolveInfo): readonly number[] {
  const [root] = info.fieldNodes
  if (root === undefined) return []
  const known = cache.get(root)
  if (known) return known
  const sizes: number[] = []
  let node: FieldNode | undefined = root
  for (const name of PATH) {
    node = childOf(node, name)
    const first: unknown = node?.arguments?.map(({ value }) => valueFromASTUntyped(value)).at(0)
    if (node === undefined || typeof first !== 'number') break
    sizes.push(first)
  }
  cache.set(root, sizes)
  return sizes
}

const cache = new WeakMap<FieldNode, readonly number[]>()

function childOf(node: FieldNode | undefined, name: string): FieldNode | undefined {
  return node?.selectionSet?.selections.find(
    (selection): selection is FieldNode => selection.kind === 'Field' && selection.name.value === name,
  )
}
