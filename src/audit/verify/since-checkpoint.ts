import type { ClientBase } from 'pg'
import { openCheckpoint } from '../note/checkpoint.ts'
import { parseVerifier, type Verifier } from '../note/note-key.ts'
import { nodesOfTiles } from '../tile/tile-reader.ts'
import { openTileStore } from '../tile-store.ts'
import { createCompactRange } from '../tree/compact-range.ts'
import { completeSubtrees } from '../tree/complete-subtrees.ts'
import { logTables } from './log-tables.ts'
import { sessionOn } from './session-on.ts'
import type { VerifiedState } from './verify-log.ts'

export type Since =
  | { readonly kind: 'state'; readonly state: VerifiedState }
  /** The sentence says why verification cannot start there; the whole log must be verified. */
  | { readonly kind: 'unusable'; readonly why: string }

/**
 * The state of a log at a checkpoint that was verified once and kept: its frontier is read from the stored tree, and believed
 * because its root is the checkpoint's.
 *
 * @param verifiers empty: the log's own key
 */
export async function stateAtCheckpoint(
  client: ClientBase,
  note: string,
  verifiers: readonly Verifier[],
): Promise<Since> {
  const name = note.slice(0, note.indexOf('\n'))
  const origin = (await logTables(client).origins()).find((one) => one.origin === name)
  if (origin === undefined) return { kind: 'unusable', why: 'the log has no origin of that name' }
  const own = verifiers.length === 0 ? parseVerifier(origin.verifierKey) : undefined
  const verifier = own ?? verifiers.find((one) => one.name === name)
  const opened = verifier === undefined ? undefined : openCheckpoint(note, verifier)
  if (opened?.kind !== 'opened')
    return { kind: 'unusable', why: 'the checkpoint is not signed by a trusted key' }
  const { size, root } = opened.checkpoint
  const store = openTileStore(sessionOn(client), origin)
  const read = nodesOfTiles(store.hashes, size)
  try {
    const hashes = await Promise.all(completeSubtrees(0, size).map(({ level, index }) => read(level, index)))
    const frontier = Buffer.concat(hashes)
    if (createCompactRange(size, frontier).root().equals(root))
      return { kind: 'state', state: { origin: origin.number, size, frontier, confirmed: size } }
  } catch {
    // Nodes that cannot be read are no better than wrong ones.
  }
  return {
    kind: 'unusable',
    why: 'the stored tree does not have the root of the checkpoint: verify the whole log',
  }
}
