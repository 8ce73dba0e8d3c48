import { hash } from 'node:crypto'
import { invariant } from '../../invariant.ts'
import { HASH_BYTES } from './node-hash.ts'

const input = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01)

/** The root of a complete subtree from its lowest hashes, 32 bytes each, whose number is a power of two (RFC 6962 section 2.1). */
export function subtreeRoot(hashes: Uint8Array): Buffer {
  const length = hashes.length / HASH_BYTES
  invariant(Number.isInteger(Math.log2(length)), 'a complete subtree has a power of two of leaves')
  const row = Buffer.from(hashes)
  for (let width = length; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) {
      input.set(row.subarray(i * HASH_BYTES, (i + 2) * HASH_BYTES), 1)
      row.set(hash('sha256', input, 'buffer'), (i / 2) * HASH_BYTES)
    }
  return row.subarray(0, HASH_BYTES)
}
