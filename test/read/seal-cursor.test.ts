import { createDecipheriv, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { readKeysOf } from '../../src/read/keys.ts'
import { NONCE_BYTES, openCursor, sealCursors } from '../../src/read/seal-cursor.ts'

const KEYS = readKeysOf('the secret of these cursors, 32 characters +').cursor
const NONCE = Buffer.from('000102030405060708090a0b', 'hex')
const OTHER_NONCE = Buffer.alloc(NONCE_BYTES, 9)
const LIST = 'BILLING:Invoice:due_on-,id+'
const seal = (places: readonly unknown[], nonce = NONCE) =>
  sealCursors(
    places.map((place) => ({ place: JSON.stringify(place), scope: LIST })),
    KEYS,
    nonce,
  )

// Lengths on both sides of what they are rounded up to, in characters of one, two and four bytes.
const PLACES = [['1'], ['x'.repeat(60)], ['x'.repeat(61)], ['ø'.repeat(40), null], ['😀'.repeat(99), '7'], []]

test('each cursor opens to its place, whichever others it was sealed with', () => {
  const sealed = seal(PLACES)
  expect(sealed.map((cursor) => openCursor(cursor, LIST, KEYS))).toEqual(PLACES)
  expect(seal(PLACES.slice(3), OTHER_NONCE).map((cursor) => openCursor(cursor, LIST, KEYS))).toEqual(
    PLACES.slice(3),
  )
})

test('a cursor is what Node makes of the same: a stretch of AES-256-CTR, and an HMAC-SHA256 over scope, IV and text', () => {
  let block = 0
  for (const [i, cursor] of seal(PLACES).entries()) {
    const bytes = Buffer.from(cursor, 'base64url')
    const [iv, text, tag] = [bytes.subarray(0, 16), bytes.subarray(16, -16), bytes.subarray(-16)]
    expect(iv.subarray(0, 12)).toEqual(NONCE)
    expect(iv.readUInt32BE(12)).toBe(block)
    expect(text.length % 64).toBe(0)
    block += text.length / 16
    const opened = createDecipheriv('aes-256-ctr', KEYS.cipher, iv).update(text).toString()
    expect(opened.trimEnd()).toBe(JSON.stringify(PLACES[i]))
    const key = Buffer.from(KEYS.mac.inner.subarray(0, 32).map((byte) => byte ^ 0x36))
    const hmac = createHmac('sha256', key).update(`${LIST}\0`).update(iv).update(text).digest()
    expect(tag).toEqual(hmac.subarray(0, 16))
  }
})

test('a cursor opens nothing in another scope, under another secret, changed anywhere or cut', () => {
  const [cursor = ''] = seal([['1', '2026-01-31']])
  expect(openCursor(cursor, LIST, KEYS)).toEqual(['1', '2026-01-31'])
  expect(openCursor(cursor, `${LIST} `, KEYS)).toBeUndefined()
  expect(
    openCursor(cursor, LIST, readKeysOf('another secret of 32 characters or more').cursor),
  ).toBeUndefined()
  const bytes = Buffer.from(cursor, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i] = (changed[i] ?? 0) ^ 1
    expect([i, openCursor(changed.toString('base64url'), LIST, KEYS)]).toEqual([i, undefined])
    expect([i, openCursor(bytes.subarray(0, i).toString('base64url'), LIST, KEYS)]).toEqual([i, undefined])
    expect([i, openCursor(bytes.subarray(i + 1).toString('base64url'), LIST, KEYS)]).toEqual([i, undefined])
  }
})

test('what the scope ends with and what the text begins with are not taken for one another', () => {
  // An IV that is text, so that it could be the end of a scope.
  const [cursor = ''] = seal([['1']], Buffer.from('nonce-of-12-'))
  const bytes = Buffer.from(cursor, 'base64url')
  const rest = bytes.subarray(16).toString('base64url')
  expect(openCursor(rest, `${LIST}${bytes.toString('latin1', 0, 16)}`, KEYS)).toBeUndefined()
})

test('no two nonces make the same of a place, and places of equal length are cursors of equal length', () => {
  const [one = '', two = ''] = [...seal([['1']]), ...seal([['1']], OTHER_NONCE)]
  expect(one).not.toBe(two)
  expect(new Set(seal([['1'], ['123456789'], ['x'.repeat(50)]]).map(({ length }) => length)).size).toBe(1)
})
