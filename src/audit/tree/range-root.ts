import { rootOfSubtrees } from './compact-range.ts'
import { completeSubtrees } from './complete-subtrees.ts'
import type { NodeReader } from './node-reader.ts'

/**
 * MTH(D[first:end]) of RFC 6962 section 2.1, where the range is one that the RFC's splitting meets: `first` is a multiple of
 * a power of two that is not smaller than the number of leaves. Reads O(log n) nodes; [0, size) is the whole tree.
 */
export async function rangeRoot(read: NodeReader, first: number, end: number): Promise<Buffer> {
  return rootOfSubtrees(
    await Promise.all(completeSubtrees(first, end).map(({ level, index }) => read(level, index))),
  )
}
