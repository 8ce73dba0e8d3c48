import pg from 'pg'
import { type Cluster, SUPERUSER } from './embedded-cluster.ts'
import type { Server } from './embedded-server.ts'

/** A real PostgreSQL 18 that belongs to this process. */
export interface EmbeddedPostgres {
  /** Connection URL of the superuser, with the password in it: not for logs. */
  url(database: string): string
  /** The database exists afterwards. */
  ensureDatabase(name: string): Promise<void>
  readonly pid: number
  readonly port: number
  /** True when a running server was taken over. */
  readonly adopted: boolean
  /** Fast shutdown; resolves when no process of it is left. May be called more than once. */
  stop(): Promise<void>
  /** The server went away though nobody called `stop`. Told each time. */
  onExit(listener: () => void): void
  /** Starts a server that went away again, on the same port; it recovers what was committed. */
  restart(): Promise<void>
}

export interface EmbeddedParts {
  readonly cluster: Cluster
  readonly server: Server
  readonly adopted: boolean
  launch(port: number): Promise<Server>
  /** Stops the server that runs last, and gives back what was taken for it. */
  end(server: Server): Promise<void>
}

export function embeddedHandle({
  cluster,
  server: first,
  adopted,
  launch,
  end,
}: EmbeddedParts): EmbeddedPostgres {
  const { port } = first
  const authority = `${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}`
  const url = (database: string) => `postgresql://${authority}/${encodeURIComponent(database)}`
  const listeners: (() => void)[] = []
  let server = first
  let stopped: Promise<void> | undefined
  const tellOfEnd = (of: Server) =>
    void of.exited.then(() => {
      if (stopped === undefined) for (const listener of listeners) listener()
    })
  tellOfEnd(server)
  return {
    url,
    ensureDatabase: (name) => ensureDatabase(url('postgres'), name),
    get pid() {
      return server.pid
    },
    port,
    adopted,
    stop: () => {
      stopped ??= end(server)
      return stopped
    },
    onExit: (listener) => {
      listeners.push(listener)
    },
    restart: async () => {
      await server.exited
      server = await launch(port)
      tellOfEnd(server)
    },
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
