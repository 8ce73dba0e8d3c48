import { sha256 } from '../../sha256.ts'

export const HASH_BYTES = 32

/** The input of the node hash is put together in one place, without an allocation for each node. */
const input = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01)

/** SHA-256(0x01 ‖ left ‖ right), 32 bytes: the hash of an inner node, RFC 6962 section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  input.set(left, 1)
  input.set(right, 1 + HASH_BYTES)
  return sha256(input)
}

/** SHA-256 of nothing: the root of the tree without leaves, RFC 6962 section 2.1. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0))
