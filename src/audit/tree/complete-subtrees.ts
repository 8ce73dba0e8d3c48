/** A node of the tree: the root of the complete subtree over the leaves [index · 2^level, (index + 1) · 2^level). */
export interface NodePlace {
  /** 0: the leaves. */
  readonly level: number
  readonly index: number
}

/**
 * The fewest complete subtrees that make up the leaves [first, end), from left to right (RFC 6962 section 2.1 splits at
 * powers of two, so each of them is a node of every tree that reaches `end`). At most two for each level.
 */
export function completeSubtrees(first: number, end: number): readonly NodePlace[] {
  const places: NodePlace[] = []
  let at = first
  while (at < end) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level++
      width *= 2
    }
    places.push({ level, index: at / width })
    at += width
  }
  return places
}
