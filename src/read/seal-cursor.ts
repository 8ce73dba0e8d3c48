import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../sha256.ts'
import type { CursorKeys } from './keys.ts'

const CIPHER = 'aes-256-ctr'
const CIPHER_BLOCK_BYTES = 16
export const NONCE_BYTES = 12
/** The nonce, then the number of the first block of the cipher's stream. */
const IV_BYTES = NONCE_BYTES + 4
const TAG_BYTES = 16
/** Lengths are rounded up, so that a cursor's length says little about the values in it. */
const UNIT_BYTES = 64

export interface Place {
  /** JSON array of texts: the row's place in the order. */
  readonly place: string
  /** What the cursor opens: nothing else can be read with it. Without a NUL. */
  readonly scope: string
}

/**
 * Cursors are sealed: opaque, unforgeable, and bound to their scope. Each is encrypted by its stretch of one stream (AES-256-CTR, NIST
 * SP 800-38A), then authenticated (HMAC-SHA256, RFC 2104, cut to 16 bytes). Should a nonce ever come twice, it would show how two places
 * differ, and still let nobody make a cursor.
 *
 * @param nonce 12 random bytes for all of these
 * @returns base64url, in the order of the places
 */
export function sealCursors(
  places: readonly Place[],
  keys: CursorKeys,
  nonce: Uint8Array,
): readonly string[] {
  const texts = places.map(({ place }) => padded(place))
  const stream = createCipheriv(CIPHER, keys.cipher, Buffer.concat([nonce, Buffer.alloc(4)])).update(
    texts.join(''),
    'utf8',
  )
  const beginnings = new Map<string, Buffer>()
  let at = 0
  return places.map(({ scope }, i) => {
    const begin = beginnings.get(scope) ?? beginningOf(scope, keys)
    beginnings.set(scope, begin)
    // All in one piece: what is authenticated, then its tag; all but the beginning is the cursor.
    const text = stream.subarray(at, at + Buffer.byteLength(texts[i] ?? ''))
    const end = begin.length + IV_BYTES + text.length
    const whole = Buffer.allocUnsafe(end + TAG_BYTES)
    whole.set(begin)
    whole.set(nonce, begin.length)
    whole.writeUInt32BE(at / CIPHER_BLOCK_BYTES, begin.length + NONCE_BYTES)
    whole.set(text, begin.length + IV_BYTES)
    whole.set(tagOf(whole.subarray(0, end), keys), end)
    at += text.length
    return whole.toString('base64url', begin.length)
  })
}

/** The place that a cursor holds; undefined where it was not sealed for this scope under these keys. */
export function openCursor(
  cursor: string,
  scope: string,
  keys: CursorKeys,
): readonly (string | null)[] | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined
  const sealed = bytes.subarray(0, -TAG_BYTES)
  const tag = tagOf(Buffer.concat([beginningOf(scope, keys), sealed]), keys)
  if (!timingSafeEqual(tag, bytes.subarray(-TAG_BYTES))) return undefined
  const decipher = createDecipheriv(CIPHER, keys.cipher, sealed.subarray(0, IV_BYTES))
  const place: unknown = JSON.parse(decipher.update(sealed.subarray(IV_BYTES)).toString('utf8'))
  return Array.isArray(place) ? place : undefined
}

function padded(place: string): string {
  return place + ' '.repeat((UNIT_BYTES - (Buffer.byteLength(place) % UNIT_BYTES)) % UNIT_BYTES)
}

/** What the inner hash of an HMAC begins with. */
function beginningOf(scope: string, { mac }: CursorKeys): Buffer {
  return Buffer.concat([mac.inner, Buffer.from(`${scope}\0`)])
}

/**
 * HMAC from the hash in one call each: the objects of Node's own, thousands at a time, are the larger part of its work.
 *
 * @param message with its beginning, which has the key
 * @returns 16 bytes
 */
function tagOf(message: Uint8Array, { mac }: CursorKeys): Buffer {
  return sha256(Buffer.concat([mac.outer, sha256(message)])).subarray(0, TAG_BYTES)
}
