import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const ID_BYTES = 16
/** Drawn in one call: asking the operating system for each id costs more than all else that makes one. */
const pool = new Uint8Array(256 * ID_BYTES)
let used = pool.length

/** A UUIDv7 (RFC 9562): sortable by time, unguessable otherwise; no random byte is used twice. */
export function recordId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + ID_BYTES)
  used += ID_BYTES
  return v7({ random })
}
