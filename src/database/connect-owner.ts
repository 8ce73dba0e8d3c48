import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** The database cannot be reached; the message names the variable and the state, not the host. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
}

/** 57P03: still starting, or shutting down. 53300: no connection free. 08: the connection broke. */
const PASSING_STATES = /^(57P0[1-3]|53300|08...)$/

/**
 * One connection for the work at start. A server that is not there yet, or is still starting, is tried again.
 *
 * @param variable the environment variable that the URL came from, for the message
 * @throws DatabaseUnreachable
 */
export async function connectOwner(url: string, variable: string, patienceMs: number): Promise<pg.Client> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'purpose-gateway start',
      connectionTimeoutMillis: Math.max(1_000, patienceMs),
    })
    // Without a listener a connection that breaks would end the process; its query rejects as well.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      const state = stateOf(error)
      const passing = !(error instanceof pg.DatabaseError) || PASSING_STATES.test(state)
      if (!passing || performance.now() >= deadline)
        throw new DatabaseUnreachable(
          `the database of \`${variable}\` does not let the gateway in (${state})`,
        )
    }
    await delay(200)
  }
}

/** SQLSTATE or the system's error name, such as `ECONNREFUSED`. */
function stateOf(error: unknown): string {
  // A name with several addresses fails with one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const code: unknown =
    typeof first === 'object' && first !== null && 'code' in first ? first.code : undefined
  return typeof code === 'string' ? code : 'no answer'
}
