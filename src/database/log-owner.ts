import pg from 'pg'
import { DatabaseUnreachable } from './connect-owner.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { findEmbedded } from './embedded-running.ts'
import { SteadyClient } from './reading-client.ts'

/** The database of the log, as its owner: for commands, not for the gateway. */
export interface LogOwner {
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface LogOwnerOptions {
  /** Undefined: the embedded database of `dataDir`, which is started for as long as this is open unless it runs already. */
  readonly url: string | undefined
  readonly dataDir: string
  /** One line for the person at the terminal. */
  log(line: string): void
}

const EMBEDDED_DATABASE = 'demo'
const CONNECTIONS = 4

/**
 * Opens the database of the log for a command. There is no limit on how long a statement may take.
 *
 * @throws DatabaseUnreachable, and Error with a message for the operator where the embedded one cannot be started
 */
export async function openLogOwner({ url, dataDir, log }: LogOwnerOptions): Promise<LogOwner> {
  if (url !== undefined) return ownerOn(url, async () => undefined)
  const found = await findEmbedded(dataDir)
  if (found.kind === 'none')
    throw new DatabaseUnreachable('there is no embedded database in `DATA_DIR`; set `DATABASE_URL`')
  if (found.kind === 'running') return ownerOn(found.url(EMBEDDED_DATABASE), async () => undefined)
  const server = await startEmbeddedPostgres({ dataDir, log })
  return ownerOn(server.url(EMBEDDED_DATABASE), () => server.stop())
}

async function ownerOn(url: string, stop: () => Promise<void>): Promise<LogOwner> {
  const pool = new pg.Pool({
    Client: SteadyClient,
    connectionString: url,
    application_name: 'purpose-gateway audit',
    max: CONNECTIONS,
    connectionTimeoutMillis: 10_000,
  })
  // Without a listener a connection that breaks would end the process; its query rejects as well.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const close = async (): Promise<void> => {
    await pool.end()
    await stop()
  }
  try {
    await pool.query('SELECT 1')
  } catch {
    await close()
    throw new DatabaseUnreachable('the database of the log does not let the command in')
  }
  return { pool, close }
}
