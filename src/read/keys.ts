import { hkdfSync } from 'node:crypto'

/** Keys for reading, derived from the one secret (HKDF-SHA256, RFC 5869), so that gateways that share it agree. */
export interface ReadKeys {
  readonly cursor: Uint8Array
  /**
   * The two padded halves of the HMAC key of a purpose in a period (RFC 2104), 64 bytes each.
   *
   * @param period by its name, see `pseudonymPeriodAt`
   */
  pseudonymPads(purpose: string, period: string): PseudonymPads
}

export interface PseudonymPads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const HASH_BLOCK_BYTES = 64

export function readKeysOf(secret: string): ReadKeys {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `purpose-gateway ${use}`, 32))
  const known = new Map<string, PseudonymPads>()
  return {
    cursor: derive('cursor'),
    pseudonymPads: (purpose, period) => {
      // Names of purposes have no spaces.
      const name = period === '' ? purpose : `${purpose} ${period}`
      const before = known.get(name)
      if (before) return before
      const key = Buffer.concat([derive(`pseudonym ${name}`), Buffer.alloc(HASH_BLOCK_BYTES - 32)])
      const pads = {
        inner: key.map((byte) => byte ^ 0x36) as Buffer,
        outer: key.map((byte) => byte ^ 0x5c) as Buffer,
      }
      known.set(name, pads)
      return pads
    },
  }
}
