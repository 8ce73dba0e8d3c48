import { chmod, mkdir, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { removeAbandonedHomes } from './embedded-abandoned.ts'
import { adoptServer } from './embedded-adoption.ts'
import { findBinaries } from './embedded-binaries.ts'
import { type Cluster, openCluster, SUPERUSER } from './embedded-cluster.ts'
import { startGuardian } from './embedded-guardian.ts'
import { openHome, privateArea } from './embedded-home.ts'
import { takeLock } from './embedded-lock.ts'
import { launchServer, type Server } from './embedded-server.ts'
import { chooseServerUser } from './embedded-server-user.ts'
import { stopServer } from './embedded-stop.ts'

export interface EmbeddedOptions {
  /** Absolute path; made when it is missing. */
  readonly dataDir: string
  /** One line for the person who started the gateway. */
  log(line: string): void
  /** The cluster, and DATA_DIR itself, are deleted when it stops or this process ends, however it ends. */
  readonly ephemeral?: boolean
  /** Server parameters besides ours, e.g. `{ max_connections: '300' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** TCP port on 127.0.0.1; without it any free one. */
  readonly port?: number
}

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

/**
 * Starts the embedded PostgreSQL of a DATA_DIR, which it creates at first. It stops with this process, even after kill -9.
 * One process at a time: a second one on the same DATA_DIR is refused.
 * @throws Error whose message tells what is wrong and where to look
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = await openDataDir(options)
  const user = await chooseServerUser(join(dataDir, 'postgres'))
  const home = await openHome(dataDir, user)
  const dataFolder = join(home.folder, 'data')
  const ephemeral = options.ephemeral === true

  const guardian = startGuardian(join(dataFolder, 'postmaster.pid'), ephemeral ? [home.folder, dataDir] : [])
  const finishGuardian = () => guardian.finish()
  const unlock = await takeLock(join(dataDir, 'postgres.lock'), guardian.pid).catch(
    async (error: unknown) => {
      await finishGuardian()
      throw error
    },
  )
  try {
    await removeAbandonedHomes(dataDir, home)
    const binaries = await findBinaries(user, async () =>
      user.ids ? privateArea() : join(dataDir, 'postgres-binaries'),
    )
    const passwordFile = join(dataDir, 'postgres-password')
    const cluster = await openCluster(home.folder, passwordFile, binaries, user, options.log, !ephemeral)
    const logFile = join(dataDir, 'postgres.log')
    const { settings = {}, port } = options
    const spec = { binaries, user, home: home.folder, dataFolder, logFile, settings }
    const adopted = await adoptServer(cluster)
    const launch = (onPort: number | undefined) =>
      launchServer({ ...spec, port: onPort }, (pid) => guardian.watch(pid))
    const server = adopted ?? (await launch(port))
    guardian.watch(server.pid)
    const end = async (last: Server) => {
      await guardian.finish()
      await stopServer(last, binaries, cluster)
      await unlock()
    }
    return control(server, cluster, adopted !== undefined, launch, end)
  } catch (error) {
    await finishGuardian()
    await unlock()
    throw error
  }
}

function control(
  first: Server,
  cluster: Cluster,
  adopted: boolean,
  launch: (port: number) => Promise<Server>,
  end: (last: Server) => Promise<void>,
): EmbeddedPostgres {
  const { port } = first
  const url = (database: string) =>
    `postgresql://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  const listeners: (() => void)[] = []
  let server = first
  let stopped: Promise<void> | undefined
  const watch = (watched: Server) =>
    void watched.exited.then(() => {
      if (stopped === undefined) for (const listener of listeners) listener()
    })
  watch(server)
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
      watch(server)
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

async function openDataDir({ dataDir, ephemeral }: EmbeddedOptions): Promise<string> {
  // Nobody but us may list it; the server's user may pass through to its own folder.
  const made = await mkdir(dataDir, { recursive: true })
  if (made !== undefined || ephemeral) await chmod(dataDir, 0o711)
  if (ephemeral && (await readdir(dataDir)).length > 0)
    throw new Error(`\`${dataDir}\` is not empty, so it cannot hold a throw-away database`)
  return realpath(dataDir)
}
