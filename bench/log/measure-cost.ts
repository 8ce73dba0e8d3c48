import { type MeasureOptions, measure } from '../measure.ts'
import type { RunningPeer } from '../peers/start-peer.ts'
import { runIn } from '../run-in.ts'
import { median } from '../statistics.ts'
import { point } from '../workloads/point.ts'
import { commitMetricsOf } from './commit-metrics.ts'
import type { Cost, Pace } from './cost.ts'

const CONNECTIONS = [1, 16, 64]
const WARM_UP_SECONDS = 3

interface Round {
  readonly gateway: Pace
  readonly withoutLog: Pace
  readonly commitMs: number
  readonly recordsPerCommit: number
}

/**
 * The point read through the gateway against the same gateway whose log keeps nothing, in interleaved rounds, so that a machine
 * that slows down does not tilt them.
 */
export async function measureCost(
  gateway: RunningPeer,
  withoutLog: RunningPeer,
  options: Omit<MeasureOptions, 'connections'> & { readonly rounds: number },
  log: (line: string) => void,
): Promise<readonly Cost[]> {
  const costs: Cost[] = []
  await runIn([withoutLog, gateway], { ...options, connections: Math.max(...CONNECTIONS) })
  for (const connections of CONNECTIONS) {
    const at = { ...options, connections }
    for (const peer of [withoutLog, gateway])
      await measure(peer, point, 0, { ...at, seconds: WARM_UP_SECONDS })
    const rounds: Round[] = []
    for (let number = 1; number <= options.rounds; number++) {
      const round = await runRound(gateway, withoutLog, at)
      rounds.push(round)
      const [ours, free] = [round.gateway, round.withoutLog].map((pace) => pace.requestsPerSecond.toFixed(0))
      log(`  point, ${connections} connections, round ${number}: ${ours}/s, ${free}/s without log`)
    }
    costs.push(costOf(connections, rounds))
  }
  return costs
}

async function runRound(gateway: RunningPeer, free: RunningPeer, options: MeasureOptions): Promise<Round> {
  const withoutLog = await measure(free, point, 0, options)
  const before = await commitMetricsOf(gateway.origin)
  const ours = await measure(gateway, point, 0, options)
  const after = await commitMetricsOf(gateway.origin)
  const commits = after.commits - before.commits
  return {
    gateway: ours,
    withoutLog,
    commitMs: ((after.seconds - before.seconds) * 1000) / commits,
    recordsPerCommit: (after.records - before.records) / commits,
  }
}

function costOf(connections: number, rounds: readonly Round[]): Cost {
  const paceOf = (peer: 'gateway' | 'withoutLog'): Pace => ({
    requestsPerSecond: median(rounds.map((round) => round[peer].requestsPerSecond)),
    p50Ms: median(rounds.map((round) => round[peer].p50Ms)),
    p99Ms: median(rounds.map((round) => round[peer].p99Ms)),
  })
  return {
    connections,
    gateway: paceOf('gateway'),
    withoutLog: paceOf('withoutLog'),
    share: median(
      rounds.map((round) => 1 - round.gateway.requestsPerSecond / round.withoutLog.requestsPerSecond),
    ),
    commitMs: median(rounds.map(({ commitMs }) => commitMs)),
    recordsPerCommit: median(rounds.map(({ recordsPerCommit }) => recordsPerCommit)),
  }
}
