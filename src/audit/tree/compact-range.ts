import { invariant } from '../../invariant.ts'
import { completeSubtrees } from './complete-subtrees.ts'
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './node-hash.ts'
import { splitHashes } from './split-hashes.ts'

/**
 * The tree that grows at its right end, held as the roots of its complete subtrees (its frontier): all that is needed to
 * append and to know the root, in 32 bytes for each one-bit of the size.
 */
export interface CompactRange {
  /** Number of leaves. */
  readonly size: number
  /** Tells `onNode` of each node above the leaves as it becomes complete, from the lowest to the highest. */
  append(leafHash: Uint8Array, onNode?: OnNode): void
  /** As many leaves at once as make up a complete subtree; the size must be a multiple of 2^level. */
  appendSubtree(level: number, hash: Uint8Array, onNode?: OnNode): void
  /** RFC 6962 section 2.1. */
  root(): Buffer
  /** The roots of the complete subtrees, left to right, 32 bytes each. */
  frontier(): Buffer
}

export type OnNode = (level: number, index: number, hash: Buffer) => void

/**
 * The empty tree, or the one of `size` leaves whose frontier was kept.
 *
 * @throws RangeError where the frontier is not one of that size; whether its hashes are right shows in the root only
 */
export function createCompactRange(size = 0, frontier: Uint8Array = Buffer.alloc(0)): CompactRange {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('the size of a tree is a whole number')
  const hashes = splitHashes(frontier)
  if (frontier.length % HASH_BYTES !== 0 || hashes.length !== completeSubtrees(0, size).length)
    throw new RangeError('the frontier does not fit the size')
  let leaves = size

  function appendSubtree(level: number, hash: Uint8Array, onNode?: OnNode): void {
    const width = 2 ** level
    invariant(leaves % width === 0, 'a subtree is appended at a multiple of its width')
    let node: Buffer = Buffer.from(hash)
    let at = level
    let index = leaves / width
    while (index % 2 === 1) {
      const left = hashes.pop()
      invariant(left !== undefined, 'the frontier has a hash for each one-bit of the size')
      node = nodeHash(left, node)
      at++
      index = (index - 1) / 2
      onNode?.(at, index, node)
    }
    hashes.push(node)
    leaves += width
  }

  return {
    get size() {
      return leaves
    },
    append: (leafHash, onNode) => appendSubtree(0, leafHash, onNode),
    appendSubtree,
    root: () => rootOfSubtrees(hashes),
    frontier: () => Buffer.concat(hashes),
  }
}

/** The root above the complete subtrees of a tree, given from left to right. */
export function rootOfSubtrees(hashes: readonly Uint8Array[]): Buffer {
  const last = hashes.at(-1)
  if (last === undefined) return Buffer.from(EMPTY_ROOT)
  return hashes.slice(0, -1).reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last))
}
