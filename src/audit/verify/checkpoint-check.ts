import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/note-key.ts'
import type { Finding } from './finding.ts'
import type { StoredCheckpoint } from './log-tables.ts'

/** What is wrong with a stored checkpoint in itself; whether its root is that of the records is asked elsewhere. */
export function checkpointProblem(
  stored: StoredCheckpoint,
  origin: string,
  verifier: Verifier | undefined,
): Finding | undefined {
  const wrong = (message: string): Finding => ({
    kind: 'checkpoint-invalid',
    index: undefined,
    message: `the checkpoint of size ${stored.size} ${message}`,
  })
  // Without a trusted key the text is still worth comparing; the key is a finding of its own.
  const checkpoint = verifier === undefined ? unsigned(stored.note) : signed(stored.note, verifier)
  if (checkpoint === undefined) return wrong('is not signed by the key of the log')
  if (checkpoint.origin !== origin) return wrong('is of another log')
  if (checkpoint.size !== stored.size || !checkpoint.root.equals(stored.root))
    return wrong('says something else than its row')
  return undefined
}

function signed(note: string, verifier: Verifier): Checkpoint | undefined {
  const opened = openCheckpoint(note, verifier)
  return opened.kind === 'opened' ? opened.checkpoint : undefined
}

function unsigned(note: string): Checkpoint | undefined {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
}
