import { createCipheriv, createDecipheriv } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** Lengths are rounded up, so that a cursor's length says little about the values in it. */
const BLOCK_BYTES = 64

/**
 * Cursors are sealed (AES-256-GCM): opaque, unforgeable, and bound to `scope`, so that one made for a list, order and
 * purpose opens nothing else.
 *
 * @param place JSON array of texts: the row's place in the order.
 * @param iv 12 random bytes, never used twice under one key.
 * @param key 32 bytes.
 */
export function sealCursor(place: string, scope: string, key: Uint8Array, iv: Uint8Array): string {
  const bytes = Buffer.byteLength(place)
  const padded = place + ' '.repeat((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(scope))
  const sealed = Buffer.concat([cipher.update(padded, 'utf8'), cipher.final()])
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** The place that a cursor holds; undefined where it was not sealed for this scope under this key. */
export function openCursor(
  cursor: string,
  scope: string,
  key: Uint8Array,
): readonly (string | null)[] | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(scope))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const sealed = bytes.subarray(IV_BYTES, -TAG_BYTES)
    const place: unknown = JSON.parse(
      Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8'),
    )
    return Array.isArray(place) ? place : undefined
  } catch {
    return undefined
  }
}
