import { join } from 'node:path'
import { removeAbandonedHomes } from './embedded-abandoned.ts'
import { adoptServer } from './embedded-adoption.ts'
import { findBinaries } from './embedded-binaries.ts'
import { openCluster } from './embedded-cluster.ts'
import { type Guardian, startGuardian } from './embedded-guardian.ts'
import { type EmbeddedPostgres, embeddedHandle } from './embedded-handle.ts'
import { ORIGIN, openDataDir, openHome, privateArea } from './embedded-home.ts'
import { takeLock } from './embedded-lock.ts'
import { launchServer, type Server } from './embedded-server.ts'
import { chooseServerUser } from './embedded-server-user.ts'
import { stopServer } from './embedded-stop.ts'

export type { EmbeddedPostgres } from './embedded-handle.ts'

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

/**
 * Starts the embedded PostgreSQL of a DATA_DIR, which it creates at first. It stops with this process, even after kill -9.
 * One process at a time: a second one on the same DATA_DIR is refused.
 * @throws Error whose message tells what is wrong and where to look
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = await openDataDir(options.dataDir, options.ephemeral === true)
  const guardian = startGuardian()
  let unlock = async () => {}
  try {
    unlock = await takeLock(join(dataDir, 'postgres.lock'), guardian.pid)
    return await startUnderLock(dataDir, options, guardian, unlock)
  } catch (error) {
    await guardian.finish()
    await unlock()
    throw error
  }
}

async function startUnderLock(
  dataDir: string,
  { log, ephemeral = false, settings = {}, port }: EmbeddedOptions,
  guardian: Guardian,
  unlock: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  if (ephemeral) guardian.remove(dataDir)
  const user = await chooseServerUser(join(dataDir, 'postgres'))
  const home = await openHome(dataDir, user)
  if (ephemeral) for (const path of [home.folder, `${home.folder}${ORIGIN}`]) guardian.remove(path)
  await removeAbandonedHomes(dataDir, home, Date.now())
  const binaries = await findBinaries(user, async () =>
    user.ids ? privateArea() : join(dataDir, 'postgres-binaries'),
  )
  const passwordFile = join(dataDir, 'postgres-password')
  const clusterSpec = { home: home.folder, passwordFile, binaries, user, durable: !ephemeral }
  const cluster = await openCluster(clusterSpec, (pid) => {
    log('creating the embedded database')
    guardian.watch(pid)
  })
  guardian.watch(undefined)
  guardian.pidFile(join(cluster.folder, 'postmaster.pid'))

  const guarded = (server: Server): Server => {
    guardian.watch(server.pid)
    // The number may soon be that of a process which is none of ours.
    void server.exited.then(() => guardian.watch(undefined))
    return server
  }
  const spec = {
    binaries,
    user,
    cluster,
    home: home.folder,
    logFile: join(dataDir, 'postgres.log'),
    settings,
  }
  const launch = async (onPort: number | undefined) =>
    guarded(await launchServer({ ...spec, port: onPort }, (pid) => guardian.watch(pid)))
  const running = await adoptServer(cluster)
  return embeddedHandle({
    cluster,
    server: running ? guarded(running) : await launch(port),
    adopted: running !== undefined,
    launch,
    end: async (server) => {
      await guardian.finish()
      await stopServer(server, binaries, cluster)
      await unlock()
    },
  })
}
