import type { ClientBase } from 'pg'
import { logTables, type StoredCheckpoint, type StoredOrigin } from '../audit/verify/log-tables.ts'
import { ExpectedFailure } from '../expected-failure.ts'

export interface SignedOrigin {
  readonly origin: StoredOrigin
  readonly checkpoint: StoredCheckpoint
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
  return { origin, checkpoint }
}

/** A whole number from 0. @throws ExpectedFailure */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new ExpectedFailure(`not a whole number: ${text}`)
}
