import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './embedded-binaries.ts'
import type { Cluster } from './embedded-cluster.ts'
import type { Server } from './embedded-server.ts'
import { runAs } from './embedded-server-user.ts'
import { isAlive } from './process-identity.ts'

const STEPS = [
  { signal: 'SIGINT', forMs: 20_000 },
  { signal: 'SIGQUIT', forMs: 5_000 },
  { signal: 'SIGKILL', forMs: 5_000 },
] as const

/** Ends a server that its guardian did not, and returns when it is gone; the next start recovers after SIGQUIT or SIGKILL. */
export async function stopServer(server: Server, binaries: Binaries, cluster: Cluster): Promise<void> {
  // The guardian returns when the server has taken its pid file away, which is its last act but not yet its end.
  if (await goneWithin(server.pid, 1_000)) return
  if (process.platform === 'win32')
    runAs(
      { name: '', ids: undefined },
      binaries.pgCtl,
      ['stop', '-D', cluster.folder, '-m', 'fast'],
      cluster.folder,
    )
  for (const { signal, forMs } of STEPS) {
    try {
      process.kill(server.pid, signal)
    } catch {
      return
    }
    if (await goneWithin(server.pid, forMs)) return
  }
  throw new Error(`the embedded database, process ${server.pid}, does not end`)
}

async function goneWithin(pid: number, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false
    await sleep(5)
  }
  return true
}
