import { hash } from 'node:crypto'
import { invariant } from '../../invariant.ts'
import { HASH_BYTES } from './node-hash.ts'

const input = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01)

/**
 * The root of a complete subtree from its lowest hashes, 32 bytes each, whose number is a power of two (RFC 6962 section 2.1).
 * Hashes are made as texts of one byte a character: a third of the time that a Buffer for each would take.
 */
export function subtreeRoot(hashes: Uint8Array): Buffer {
  const length = hashes.length / HASH_BYTES
  invariant(Number.isInteger(Math.log2(length)), 'a complete subtree has a power of two of leaves')
  const row = Buffer.from(hashes)
  for (let width = length; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) {
      row.copy(input, 1, i * HASH_BYTES, (i + 2) * HASH_BYTES)
      row.write(hash('sha256', input, 'binary'), (i / 2) * HASH_BYTES, 'binary')
    }
  return row.subarray(0, HASH_BYTES)
}
