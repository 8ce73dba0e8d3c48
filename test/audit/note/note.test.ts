import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '../../../src/audit/note/checkpoint.ts'
import { formatVerifier, newSigner, parseSigner, parseVerifier } from '../../../src/audit/note/note-key.ts'
import { openNote, signNote } from '../../../src/audit/note/signed-note.ts'

const root = Buffer.alloc(32, 0xa5)
const signer = newSigner('example.com/log', Buffer.alloc(32, 7))
const note = signCheckpoint(42, root, signer)

/** The examples that golang.org/x/mod/sumdb/note documents its formats with. */
const PETER = {
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  skey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
}

describe('keys', () => {
  it('of the known example are read, and sign as it does', () => {
    const peter = parseSigner(PETER.skey)
    expect(peter?.encoded()).toBe(PETER.skey)
    expect(peter && formatVerifier(peter.verifier)).toBe(PETER.vkey)
    expect(peter && signNote(PETER.text, [peter])).toBe(`${PETER.text}\n${PETER.signature}\n`)
    const verifier = parseVerifier(PETER.vkey)
    expect(verifier && openNote(`${PETER.text}\n${PETER.signature}\n`, [verifier]).kind).toBe('opened')
  })

  it('come back from what they were written as', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const one = newSigner('a.example/x', seed)
        expect(parseSigner(one.encoded())?.encoded()).toBe(one.encoded())
        const again = parseVerifier(formatVerifier(one.verifier))
        expect(again?.publicKey).toEqual(one.verifier.publicKey)
      }),
    )
  })

  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2003b'])('cannot be named %j', (name) => {
    expect(() => newSigner(name)).toThrow(RangeError)
  })

  const vkey = formatVerifier(signer.verifier)
  it.each([
    ['nothing', ''],
    ['an id of another key', vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['another name', vkey.replace('example.com', 'example.org')],
    ['another algorithm', vkey.replace('+A', '+B')],
    ['something after it', `${vkey}=`],
    ['something before it', ` ${vkey}`],
  ])('are refused: %s', (_, text) => {
    expect(parseVerifier(text)).toBeUndefined()
    expect(parseSigner(`PRIVATE+KEY+${text}`)).toBeUndefined()
  })
})

describe('a note', () => {
  it('has its text and one line for each signature', () => {
    expect(note.split('\n')).toEqual([
      'example.com/log',
      '42',
      root.toString('base64'),
      '',
      expect.stringMatching(/^— example\.com\/log [A-Za-z0-9+/]+=*$/),
      '',
    ])
  })

  it('is opened by the key that signed it, also beside others', () => {
    const other = newSigner('witness.example/w')
    const both = signNote('text\n', [other, signer])
    expect(openNote(both, [signer.verifier])).toEqual({
      kind: 'opened',
      text: 'text\n',
      signedBy: [signer.verifier],
    })
    expect(openNote(both, [newSigner('example.com/log').verifier])).toEqual({
      kind: 'refused',
      why: 'no-known-signature',
    })
  })

  it('is refused where the signature of a known key is wrong, though another one holds', () => {
    const other = newSigner('witness.example/w')
    const both = signNote('text\n', [signer, other])
    const [, first = '', second = ''] = /\n\n(.*\n)(.*\n)$/.exec(both) ?? []
    const borrowed = signNote('other text\n', [other]).split('\n\n')[1] ?? ''
    expect(openNote(`text\n\n${first}${borrowed}`, [signer.verifier, other.verifier])).toEqual({
      kind: 'refused',
      why: 'signature-wrong',
    })
    expect(openNote(`text\n\n${first}${second}`, [signer.verifier, other.verifier]).kind).toBe('opened')
  })

  it('with any bit flipped is refused', () => {
    const bytes = Buffer.from(note)
    for (let at = 0; at < bytes.length * 8; at++) {
      const changed = Buffer.from(bytes)
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7))
      expect(openNote(changed.toString('utf8'), [signer.verifier]).kind).toBe('refused')
    }
  })

  it.each([
    ['no signature', 'text\n\n'],
    ['no blank line', note.replace('\n\n', '\n')],
    ['no last newline', note.slice(0, -1)],
    ['a carriage return', note.replaceAll('\n', '\r\n')],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['text after the signature', `${note}more`],
  ])('is malformed: %s', (_, text) => {
    expect(openNote(text, [signer.verifier])).toEqual({ kind: 'refused', why: 'malformed' })
  })

  it('cannot be made of a text without a last newline or with a control character', () => {
    for (const text of ['', 'a', 'a\tb\n', 'a\u0000\n', '\ud800\n'])
      expect(() => signNote(text, [signer])).toThrow(RangeError)
  })
})

describe('a checkpoint', () => {
  it('comes back from what it was written as', () => {
    expect(openCheckpoint(note, signer.verifier)).toEqual({
      kind: 'opened',
      checkpoint: { origin: 'example.com/log', size: 42, root },
    })
    expect(parseCheckpoint(formatCheckpoint({ origin: 'o', size: 0, root }))).toEqual({
      origin: 'o',
      size: 0,
      root,
    })
  })

  it('of another origin is refused, though the key signed it', () => {
    const foreign = signNote(formatCheckpoint({ origin: 'example.com/other', size: 1, root }), [signer])
    expect(openCheckpoint(foreign, signer.verifier)).toEqual({ kind: 'refused', why: 'other-origin' })
  })

  it('may have extension lines', () => {
    const text = `${formatCheckpoint({ origin: 'o', size: 1, root })}extension\n`
    expect(parseCheckpoint(text)).toEqual({ origin: 'o', size: 1, root })
  })

  it.each([
    ['a size with a zero before it', 'o\n01\n'],
    ['a negative size', 'o\n-1\n'],
    ['a size beyond what can be counted', 'o\n9007199254740993\n'],
    ['no origin', '\n1\n'],
  ])('is none: %s', (_, head) => {
    expect(parseCheckpoint(`${head}${root.toString('base64')}\n`)).toBeUndefined()
  })

  it.each(['', 'AAAA', root.toString('base64').slice(0, -1), root.toString('base64url')])(
    'is none with the root %j',
    (text) => {
      if (text !== root.toString('base64')) expect(parseCheckpoint(`o\n1\n${text}\n`)).toBeUndefined()
    },
  )
})
