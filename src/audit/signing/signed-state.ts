import { openCheckpoint } from '../note/checkpoint.ts'
import type { Signer } from '../note/note-key.ts'
import type { Session } from '../session.ts'
import { nodesOfTiles } from '../tile/tile-reader.ts'
import { type OriginPlace, openTileStore } from '../tile-store.ts'
import { type CompactRange, createCompactRange } from '../tree/compact-range.ts'
import { completeSubtrees } from '../tree/complete-subtrees.ts'
import { LogAltered } from './log-altered.ts'

/** The origin that is open, and the key that signs it. */
export interface SignedOrigin extends OriginPlace {
  readonly signer: Signer
}

/** The newest checkpoint of an origin, as stored. */
export async function lastCheckpoint(
  session: Pick<Session, 'query'>,
  origin: number,
): Promise<{ readonly size: number; readonly note: string } | undefined> {
  const { rows } = await session.query<{ size: string; note: string }>({
    name: 'audit_last_checkpoint',
    text: 'SELECT size, note FROM gateway.checkpoint WHERE origin = $1 ORDER BY size DESC LIMIT 1',
    values: [origin],
  })
  const row = rows[0]
  return row && { size: Number(row.size), note: row.note }
}

/**
 * The tree at the newest checkpoint. What is stored of it is believed only where it hashes to the root that our key signed.
 *
 * @throws LogAltered
 */
export async function signedState(
  session: Pick<Session, 'query'>,
  origin: SignedOrigin,
): Promise<CompactRange> {
  const last = await lastCheckpoint(session, origin.number)
  if (!last) return createCompactRange()
  const opened = openCheckpoint(last.note, origin.signer.verifier)
  if (opened.kind === 'refused' || opened.checkpoint.size !== last.size)
    throw new LogAltered('the newest checkpoint was not signed by the key of this origin')
  const { size, root } = opened.checkpoint
  const read = nodesOfTiles(openTileStore(session, origin).hashes, size)
  const hashes = await Promise.all(
    completeSubtrees(0, size).map((node) => read(node.level, node.index)),
  ).catch(() => undefined)
  const range = hashes && createCompactRange(size, Buffer.concat(hashes))
  if (!range?.root().equals(root))
    throw new LogAltered(`the stored tree is not the one that was signed at size ${size}`)
  return range
}
