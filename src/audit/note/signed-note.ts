import { fromBase64 } from './base64.ts'
import { isKeyName, type Signer, type Verifier } from './note-key.ts'

/** What a reader may know of a note: its text once a known key has signed it, and nothing before. */
export type OpenedNote =
  | { readonly kind: 'opened'; readonly text: string; readonly signedBy: readonly Verifier[] }
  | { readonly kind: 'refused'; readonly why: NoteRefusal }

export type NoteRefusal = 'malformed' | 'signature-wrong' | 'no-known-signature'

/**
 * The text with one signature line for each signer (C2SP signed-note).
 *
 * @throws RangeError for a text that no note can carry: one that does not end in a newline or holds a control character
 */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!isNoteText(text))
    throw new RangeError('the text of a note ends in a newline and has no control character')
  const bytes = Buffer.from(text, 'utf8')
  const lines = signers.map(
    (signer) =>
      `${DASH} ${signer.name} ${Buffer.concat([signer.keyId, signer.sign(bytes)]).toString('base64')}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/**
 * Verifies every signature of a known key; one of an unknown key says nothing. Refused is a note that is not well formed, that
 * no known key signed, or in which the signature of a known key does not hold.
 */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  const parts = splitNote(note)
  if (parts === undefined) return { kind: 'refused', why: 'malformed' }
  const bytes = Buffer.from(parts.text, 'utf8')
  const signedBy: Verifier[] = []
  for (const { name, keyId, signature } of parts.signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.keyId.equals(keyId))
    if (verifier === undefined || signedBy.includes(verifier)) continue
    if (!verifier.verify(bytes, signature)) return { kind: 'refused', why: 'signature-wrong' }
    signedBy.push(verifier)
  }
  if (signedBy.length === 0) return { kind: 'refused', why: 'no-known-signature' }
  return { kind: 'opened', text: parts.text, signedBy }
}

const DASH = '\u2014'
const MAX_NOTE_BYTES = 1_000_000
const MAX_SIGNATURES = 100

interface NoteParts {
  /** With its last newline. */
  readonly text: string
  readonly signatures: readonly {
    readonly name: string
    readonly keyId: Buffer
    readonly signature: Buffer
  }[]
}

function splitNote(note: string): NoteParts | undefined {
  const split = note.lastIndexOf('\n\n')
  if (split === -1 || note.length > MAX_NOTE_BYTES || !isNoteText(note)) return undefined
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) return undefined
  const signatures: NoteParts['signatures'][number][] = []
  for (const line of lines) {
    const [dash, name, encoded, ...more] = line.split(' ')
    const bytes = fromBase64(encoded ?? '')
    if (dash !== DASH || name === undefined || !isKeyName(name) || more.length > 0) return undefined
    if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined
    signatures.push({ name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

const KEY_ID_BYTES = 4

/** A lone surrogate has no UTF-8, and what is decoded with replacements is not what was signed. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !/[^\P{Cc}\n\u007f-\u009f]|\p{Cs}/u.test(text)
}
