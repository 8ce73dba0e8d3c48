import { HASH_BYTES } from './node-hash.ts'

/** Copies of hashes that stand end to end, 32 bytes each; fewer bytes at the end are passed over. */
export function splitHashes(bytes: Uint8Array): Buffer[] {
  const hashes: Buffer[] = []
  for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES)
    hashes.push(Buffer.from(bytes.subarray(at, at + HASH_BYTES)))
  return hashes
}
