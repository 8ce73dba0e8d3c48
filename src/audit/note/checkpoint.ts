import { HASH_BYTES } from '../tree/node-hash.ts'
import { fromBase64 } from './base64.ts'
import type { Signer, Verifier } from './note-key.ts'
import { type NoteRefusal, openNote, signNote } from './signed-note.ts'

/** The state of a log, C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Which log. */
  readonly origin: string
  /** Number of leaves. */
  readonly size: number
  /** RFC 6962 tree root of that size, 32 bytes. */
  readonly root: Buffer
}

export type OpenedCheckpoint =
  | { readonly kind: 'opened'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'refused'; readonly why: NoteRefusal | 'other-origin' }

/** The text that is signed: origin, size and root, a line each. Ours have no extension lines, as the format recommends. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** Text of a note → checkpoint; undefined where it is none. Extension lines are allowed and mean nothing here. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || origin === '' || sizeText === undefined || rootText === undefined)
    return undefined
  const size = Number(sizeText)
  const root = fromBase64(rootText)
  if (!/^(0|[1-9]\d*)$/.test(sizeText) || !Number.isSafeInteger(size)) return undefined
  if (root?.length !== HASH_BYTES || extensions.includes('')) return undefined
  return { origin, size, root }
}

/** The checkpoint as a signed note. Its origin is the name of the signer's key. */
export function signCheckpoint(size: number, root: Buffer, signer: Signer): string {
  return signNote(formatCheckpoint({ origin: signer.name, size, root }), [signer])
}

/** Only what the key has signed, for the origin of the key's name, comes out as a checkpoint. */
export function openCheckpoint(note: string, verifier: Verifier): OpenedCheckpoint {
  const opened = openNote(note, [verifier])
  if (opened.kind === 'refused') return opened
  const checkpoint = parseCheckpoint(opened.text)
  if (checkpoint === undefined) return { kind: 'refused', why: 'malformed' }
  if (checkpoint.origin !== verifier.name) return { kind: 'refused', why: 'other-origin' }
  return { kind: 'opened', checkpoint }
}
