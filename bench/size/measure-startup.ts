import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { KEPT_POLICY } from '../../src/cli/policy-to-start.ts'
import type { CleanUp } from '../clean-up.ts'
import { runLoad } from '../load/run-load.ts'
import type { Peer, PeerRequest, Setup } from '../peers/peer.ts'
import { type RunningPeer, startPeer } from '../peers/start-peer.ts'
import { usageOf } from '../process-usage.ts'

/** One gateway from its start to the end of a load. */
export interface Startup {
  readonly what: string
  /** On a database that no gateway has seen, where its tables, roles and grants are made. */
  readonly firstSeconds: number
  /** On a database that it knows, with a policy that it has not compiled before. */
  readonly newPolicySeconds: number
  /** With the policy of the start before. */
  readonly seconds: number
  /** Resident; NaN where the system does not tell. */
  readonly restMegabytes: number
  readonly loadedMegabytes: number
  /** After as long a load again: memory that grows with the requests would show. */
  readonly loadedAgainMegabytes: number
}

export interface StartupOptions {
  readonly connections: number
  readonly rounds: number
  readonly seconds: number
  readonly cleanUp: CleanUp
}

const REST_MS = 5_000

/**
 * @param requestsOf in whose bodies `SERIAL` stands for a number of each request's own
 * @throws Error where a request fails
 */
export async function measureStartup(
  what: string,
  peer: Peer,
  setup: Setup,
  requestsOf: (running: RunningPeer) => readonly PeerRequest[],
  { connections, rounds, seconds, cleanUp }: StartupOptions,
): Promise<Startup> {
  const first = await startPeer(peer, setup, cleanUp)
  await first.stop()
  await forgetPolicy(await peer.env(setup))
  const compiling = await startPeer(peer, setup, cleanUp)
  await compiling.stop()
  const running = await startPeer(peer, setup, cleanUp)
  await delay(REST_MS)
  const restMegabytes = await megabytesOf(running)
  const requests = requestsOf(running)
  const load = async (): Promise<number> => {
    const options = {
      connections,
      seconds: rounds * seconds,
      requests,
      answer: 'data',
      unique: true,
    } as const
    const result = await runLoad({ url: running.origin, ...options }, cleanUp)
    if (result.failures > 0 || result.requests === 0)
      throw new Error(`${what}: ${result.failures} requests of ${result.requests} failed`)
    return megabytesOf(running)
  }
  const loadedMegabytes = await load()
  const loadedAgainMegabytes = await load()
  await running.stop()
  return {
    what,
    firstSeconds: first.readyMs / 1000,
    newPolicySeconds: compiling.readyMs / 1000,
    seconds: running.readyMs / 1000,
    restMegabytes,
    loadedMegabytes,
    loadedAgainMegabytes,
  }
}

async function forgetPolicy({ DATA_DIR }: Readonly<Record<string, string>>): Promise<void> {
  if (DATA_DIR === undefined) throw new Error('the gateway has a DATA_DIR of its own')
  await rm(join(DATA_DIR, KEPT_POLICY), { force: true })
}

async function megabytesOf({ pid }: RunningPeer): Promise<number> {
  return (await usageOf(pid))?.residentMegabytes ?? Number.NaN
}
