import type { CleanUp } from '../clean-up.ts'
import { type MeasureOptions, measure } from '../measure.ts'
import { requestsOf } from '../peers/requests-of.ts'
import type { RunningPeer } from '../peers/start-peer.ts'
import { runChild } from '../run-child.ts'
import { percentile } from '../statistics.ts'
import { point } from '../workloads/point.ts'
import type { Latency } from './latency.ts'
import type { OpenLoop, OpenLoopResult } from './open-loop/task.ts'

const CONNECTIONS = [16, 1]
/** Of the pace of the slowest peer: enough to do, and room for everybody. */
const SHARE = 0.5

export interface LatencyOptions extends Omit<MeasureOptions, 'connections'> {
  readonly rounds: number
  /** With the most connections; undefined: half of what the slowest peer manages. */
  readonly openLoopRate: number | undefined
}

/**
 * The point read at one rate for all peers, in interleaved rounds. The rate is found out first, by asking each peer as fast as it
 * answers, which warms it up as well.
 *
 * @throws Error when a request failed
 */
export async function measureLatency(
  peers: readonly RunningPeer[],
  options: LatencyOptions,
  log: (line: string) => void,
): Promise<readonly Latency[]> {
  const found: Latency[] = []
  for (const connections of CONNECTIONS) {
    const ratePerSecond = await rateFor(peers, connections, options)
    log(`  point, ${connections} connections, ${ratePerSecond} requests arrive each second`)
    const latencies = new Map<RunningPeer, number[]>(peers.map((peer) => [peer, []]))
    for (let round = 1; round <= options.rounds; round++)
      for (const [peer, all] of latencies)
        for (const ms of await openLoop(peer, connections, ratePerSecond, options)) all.push(ms)
    for (const [{ peer }, all] of latencies)
      found.push({
        peer: peer.name,
        connections,
        ratePerSecond,
        p50Ms: rounded(percentile(all, 50)),
        p99Ms: rounded(percentile(all, 99)),
        p999Ms: rounded(percentile(all, 99.9)),
      })
  }
  return found
}

async function rateFor(
  peers: readonly RunningPeer[],
  connections: number,
  options: LatencyOptions,
): Promise<number> {
  const paces: number[] = []
  for (const peer of peers)
    paces.push((await measure(peer, point, 0, { ...options, connections })).requestsPerSecond)
  const possible = Math.max(1, Math.round(Math.min(...paces) * SHARE))
  return connections === Math.max(...CONNECTIONS) ? (options.openLoopRate ?? possible) : possible
}

async function openLoop(
  running: RunningPeer,
  connections: number,
  ratePerSecond: number,
  { seconds, customers, cleanUp }: { seconds: number; customers: number; cleanUp: CleanUp },
): Promise<readonly number[]> {
  const requests = requestsOf(running, point, customers) ?? []
  const task: OpenLoop = { url: running.origin, connections, seconds, ratePerSecond, requests }
  const result = (await runChild(['bench/latency/open-loop/main.ts'], task, cleanUp)) as OpenLoopResult
  if (result.failures > 0)
    throw new Error(
      `latency: ${running.peer.name} failed ${result.failures} of its requests at ${ratePerSecond}/s`,
    )
  return result.latenciesMs
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3))
}
