import { createHash } from 'node:crypto'

const LEAF_PREFIX = Buffer.of(0x00)

/** SHA-256(0x00 ‖ record bytes), 32 bytes: the Merkle leaf hash of RFC 6962 section 2.1. */
export function leafHash(record: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(record).digest()
}
