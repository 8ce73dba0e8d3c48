import { nodeHash } from './node-hash.ts'
import type { NodeReader } from './node-reader.ts'
import { rangeRoot } from './range-root.ts'
import { splitOf } from './split.ts'

export interface Inclusion {
  /** Of the leaf, from 0. */
  readonly index: number
  /** Of the tree whose root is given. */
  readonly size: number
  readonly leafHash: Uint8Array
  readonly root: Uint8Array
  /** From the leaf to the root. */
  readonly proof: readonly Uint8Array[]
}

/**
 * The audit path of RFC 6962 section 2.1.1, from the leaf to the root. Reads O(log n) nodes of the tree of `size` leaves.
 *
 * @throws RangeError where the tree has no such leaf
 */
export async function inclusionProof(read: NodeReader, index: number, size: number): Promise<Buffer[]> {
  if (!isLeaf(index, size)) throw new RangeError('the tree has no such leaf')
  const siblings: Promise<Buffer>[] = []
  let first = 0
  let end = size
  while (end - first > 1) {
    const middle = first + splitOf(end - first)
    if (index < middle) {
      siblings.push(rangeRoot(read, middle, end))
      end = middle
    } else {
      siblings.push(rangeRoot(read, first, middle))
      first = middle
    }
  }
  return (await Promise.all(siblings)).reverse()
}

/** Whether the leaf stands at the index in the tree of that size and root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion({ index, size, leafHash, root, proof }: Inclusion): boolean {
  if (!isLeaf(index, size)) return false
  let node: Uint8Array = leafHash
  let at = index
  let last = size - 1
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node)
      // A node without a right neighbour moves up unchanged until it becomes a right child.
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else node = nodeHash(node, sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && Buffer.compare(node, root) === 0
}

function isLeaf(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
}
