import { EMPTY_ROOT, nodeHash } from './node-hash.ts'
import type { NodeReader } from './node-reader.ts'
import { rangeRoot } from './range-root.ts'
import { splitOf } from './split.ts'

export interface Consistency {
  readonly oldSize: number
  readonly newSize: number
  readonly oldRoot: Uint8Array
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * PROOF(oldSize, D[newSize]) of RFC 6962 section 2.1.2: that the tree of `oldSize` leaves is a prefix of the one of
 * `newSize`. Empty where there is nothing to prove: equal sizes, or an empty old tree. Reads O(log n) nodes.
 *
 * @throws RangeError where the old tree is the longer one
 */
export async function consistencyProof(
  read: NodeReader,
  oldSize: number,
  newSize: number,
): Promise<Buffer[]> {
  if (!areSizes(oldSize, newSize)) throw new RangeError('the old tree is not longer than the new one')
  if (oldSize === 0 || oldSize === newSize) return []
  const hashes: Promise<Buffer>[] = []
  let first = 0
  let end = newSize
  while (oldSize !== end) {
    const middle = first + splitOf(end - first)
    if (oldSize <= middle) {
      hashes.push(rangeRoot(read, middle, end))
      end = middle
    } else {
      hashes.push(rangeRoot(read, first, middle))
      first = middle
    }
  }
  // What is left is a subtree of both. From 0 on it is the old tree itself, whose root the verifier has.
  if (first > 0) hashes.push(rangeRoot(read, first, end))
  return (await Promise.all(hashes)).reverse()
}

/** Whether the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }: Consistency): boolean {
  if (!areSizes(oldSize, newSize)) return false
  if (oldSize === newSize) return proof.length === 0 && Buffer.compare(oldRoot, newRoot) === 0
  // Every tree continues the empty one.
  if (oldSize === 0) return proof.length === 0 && Buffer.compare(oldRoot, EMPTY_ROOT) === 0
  let at = oldSize - 1
  let last = newSize - 1
  while (at % 2 === 1) {
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  // An old tree that is one complete subtree is not in the proof.
  const [start, ...rest] = at === 0 ? [oldRoot, ...proof] : proof
  if (start === undefined) return false
  let oldNode = start
  let newNode = start
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldNode = nodeHash(hash, oldNode)
      newNode = nodeHash(hash, newNode)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else newNode = nodeHash(newNode, hash)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && Buffer.compare(oldNode, oldRoot) === 0 && Buffer.compare(newNode, newRoot) === 0
}

function areSizes(oldSize: number, newSize: number): boolean {
  return Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize) && oldSize >= 0 && oldSize <= newSize
}
