import { derivedKey } from '../derived-key.ts'

/** Keys for reading, derived from the one secret, so that gateways that share it agree. */
export interface ReadKeys {
  readonly cursor: CursorKeys
  /**
   * The padded HMAC key of a purpose in a period.
   *
   * @param period by its name, see `pseudonymPeriodAt`
   */
  pseudonymPads(purpose: string, period: string): HmacPads
  /** Likewise, of the key that the noise of a purpose's figures is made from. */
  noisePads(purpose: string): HmacPads
  /** Under which budgets know principals and their questions, and nobody else does. */
  readonly budget: Uint8Array
}

/** An HMAC key in both its paddings (RFC 2104), 64 bytes each. */
export interface HmacPads {
  readonly inner: Buffer
  readonly outer: Buffer
}

export interface CursorKeys {
  /** 32 bytes. */
  readonly cipher: Uint8Array
  readonly mac: HmacPads
}

const HASH_BLOCK_BYTES = 64

export function readKeysOf(secret: string): ReadKeys {
  const derive = (use: string): Buffer => derivedKey(secret, use)
  const known = new Map<string, HmacPads>()
  const padsOf = (use: string): HmacPads => {
    const before = known.get(use)
    if (before) return before
    const key = Buffer.concat([derive(use), Buffer.alloc(HASH_BLOCK_BYTES - 32)])
    const pads = {
      inner: key.map((byte) => byte ^ 0x36) as Buffer,
      outer: key.map((byte) => byte ^ 0x5c) as Buffer,
    }
    known.set(use, pads)
    return pads
  }
  return {
    cursor: { cipher: derive('cursor'), mac: padsOf('cursor tag') },
    // Names of purposes have no spaces.
    pseudonymPads: (purpose, period) =>
      padsOf(`pseudonym ${period === '' ? purpose : `${purpose} ${period}`}`),
    noisePads: (purpose) => padsOf(`noise ${purpose}`),
    budget: derive('budget'),
  }
}
