import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Cancellation } from '../cancellation.ts'
import { sendCancelRequest } from './cancel-request.ts'
import { failureOf, type StatementFailure } from './failure.ts'
import type { Rows } from './planned-group.ts'
import { runPlanned } from './planned-query.ts'
import { StatementNames } from './statement-names.ts'

export interface Statement {
  /** The same name always stands for the same text; at most 63 bytes. */
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** It looks rows up by their keys and makes no list, so it takes the server a fraction of a millisecond. */
  readonly short?: boolean
  /** One plan is as good for all values that it can have. */
  readonly planOnce?: boolean
}

export type StatementResult = StatementRows | StatementFailure

export interface StatementRows {
  readonly kind: 'rows'
  /** Columns in the order of the statement; a text is a string or, where it is long, the bytes of it (`LONG_TEXT_BYTES`). */
  readonly rows: readonly (readonly unknown[])[]
}

export const CANCELLED: StatementFailure = { kind: 'failed', code: 'REQUEST_CANCELLED', sqlState: undefined }

const CANCEL_AGAIN_MS = 200

export const names = new StatementNames()

/**
 * Runs one statement on a connection of the pool. Never rejects. When `cancellation` is asked for, the statement is cancelled
 * in the server and the result is `REQUEST_CANCELLED`, also where it had just finished; a wait for a connection is not cut short,
 * the pool's timeout bounds it.
 */
export async function runStatement(
  pool: pg.Pool,
  statement: Statement,
  cancellation: Cancellation | undefined,
): Promise<StatementResult> {
  if (cancellation?.requested) return CANCELLED
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    const failure = failureOf(error)
    // Whatever the server says against a connection (55000: the database takes none), no statement is to blame.
    return failure.sqlState === undefined ? failure : { ...failure, code: 'DATABASE_UNAVAILABLE' }
  }
  return cancellation === undefined ? run(client, statement) : runCancellable(client, statement, cancellation)
}

async function run(client: pg.PoolClient, statement: Statement): Promise<StatementResult> {
  try {
    const rows = await send(client, statement)
    client.release(names.isFull(client))
    return { kind: 'rows', rows }
  } catch (error) {
    const failure = failureOf(error)
    client.release(!isReusableAfter(failure))
    return failure
  }
}

async function runCancellable(
  client: pg.PoolClient,
  statement: Statement,
  cancellation: Cancellation,
): Promise<StatementResult> {
  if (cancellation.requested) {
    client.release()
    return CANCELLED
  }
  let cancelling: Promise<void> | undefined
  let settled = false
  const cancel = (): void => {
    cancelling = cancelUntil(client, () => settled)
  }
  cancellation.add(cancel)
  let result: StatementResult
  try {
    result = { kind: 'rows', rows: await send(client, statement) }
  } catch (error) {
    result = failureOf(error)
  }
  settled = true
  cancellation.delete(cancel)
  if (cancelling !== undefined) {
    // A request may still be on its way and would hit the next statement, so this connection has run its last one.
    await cancelling
    client.release(true)
    return CANCELLED
  }
  client.release(result.kind === 'rows' ? names.isFull(client) : !isReusableAfter(result))
  return result
}

/** A request that overtakes its statement finds nothing to cancel, so it is repeated until the statement has ended. */
export async function cancelUntil(client: pg.Client | pg.PoolClient, settled: () => boolean): Promise<void> {
  while (!settled()) {
    await sendCancelRequest(client)
    for (let waited = 0; waited < CANCEL_AGAIN_MS && !settled(); waited += 10) await delay(10)
  }
}

function send(
  client: pg.Client | pg.PoolClient,
  { name, text, values, planOnce = false }: Statement,
): Promise<Rows> {
  return runPlanned(client, { name: names.admit(client, name), text, values, planOnce })
}

/** After bad input or a timeout in the server, a connection is as good as before; after anything else, who knows. */
export function isReusableAfter(failure: StatementFailure): boolean {
  return failure.sqlState !== undefined && ['BAD_USER_INPUT', 'STATEMENT_TIMEOUT'].includes(failure.code)
}
