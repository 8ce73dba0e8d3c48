import type { ClientBase } from 'pg'
import { nodesOfTiles } from '../audit/tile/tile-reader.ts'
import { openTileStore } from '../audit/tile-store.ts'
import type { NodeReader } from '../audit/tree/node-reader.ts'
import { logTables, type StoredCheckpoint, type StoredOrigin } from '../audit/verify/log-tables.ts'
import { sessionOn } from '../audit/verify/session-on.ts'
import { ExpectedFailure } from '../expected-failure.ts'

export interface SignedOrigin {
  readonly origin: StoredOrigin
  readonly checkpoint: StoredCheckpoint
  /** The tree of the checkpoint's size as it is stored: what is read must be compared with the root. */
  readonly read: NodeReader
}

/**
 * The origin of that name, or the last one, with its newest checkpoint.
 *
 * @throws ExpectedFailure
 */
export async function signedOrigin(client: ClientBase, name: string | undefined): Promise<SignedOrigin> {
  const tables = logTables(client)
  const origins = await tables.origins()
  const origin = name === undefined ? origins.at(-1) : origins.find((one) => one.origin === name)
  if (origin === undefined)
    throw new ExpectedFailure(
      name === undefined ? 'the log was never signed' : `the log has no origin of that name: ${name}`,
    )
  const checkpoint = await tables.newestCheckpoint(origin.number)
  if (checkpoint === undefined)
    throw new ExpectedFailure(`nothing of the origin is signed yet: ${origin.origin}`)
  const store = openTileStore(sessionOn(client), origin)
  return { origin, checkpoint, read: nodesOfTiles(store.hashes, checkpoint.size) }
}

/** A whole number from 0. @throws ExpectedFailure */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new ExpectedFailure(`not a whole number: ${text}`)
}
