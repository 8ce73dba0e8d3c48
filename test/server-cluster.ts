import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded.ts'

/** A server of one's own, for tests that harm it; it and its folder go with the test's process, however that ends. */
export interface OwnCluster {
  /** Stays the same over a crash. */
  url(database: string): string
  ensureDatabase(name: string): Promise<void>
  /** kill -9 of every process of the server; resolves when it is gone. Nothing that was committed may be lost. */
  crash(): Promise<void>
  /** After `crash`: the server again, on the same port and data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** @param settings server parameters, e.g. `{ max_connections: '50' }` */
export async function startOwnCluster(settings: Readonly<Record<string, string>> = {}): Promise<OwnCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-cluster-'))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true, settings })
  return {
    url: server.url,
    ensureDatabase: server.ensureDatabase,
    crash: () => crash(server),
    restart: server.restart,
    stop: server.stop,
  }
}

async function crash(server: EmbeddedPostgres): Promise<void> {
  const gone = new Promise<void>((resolve) => server.onExit(resolve))
  // The server's processes first learn of each other's death from the kernel, so none may be left to act on it.
  for (const pid of [server.pid, ...childrenOf(server.pid)]) kill(pid)
  await gone
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Where the system does not tell, they end by themselves when they miss their parent. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}
