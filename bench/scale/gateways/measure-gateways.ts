import { availableParallelism } from 'node:os'
import type { Figure } from '../../figure.ts'
import { type MeasureOptions, measure } from '../../measure.ts'
import { gateway } from '../../peers/gateway/peer.ts'
import type { Setup } from '../../peers/peer.ts'
import { type RunningPeer, startPeer } from '../../peers/start-peer.ts'
import { runIn } from '../../run-in.ts'
import { median } from '../../statistics.ts'
import { point } from '../../workloads/point.ts'

const CONNECTIONS = 64
const GOAL = { atLeast: 1.8 }
/** For two gateways, what PostgreSQL does for both, and their load. With fewer, who is second takes from the first. */
const CORES = 6

export type GatewayOptions = Omit<MeasureOptions, 'connections'> & { readonly rounds: number }

/** Point reads through two gateways on one database beside one gateway alone, in interleaved rounds. */
export async function measureGateways(
  setup: Setup,
  options: GatewayOptions,
  log: (line: string) => void,
): Promise<readonly Figure[]> {
  const first = await startPeer({ ...gateway, name: 'gateway-first' }, setup, options.cleanUp)
  const second = await startPeer({ ...gateway, name: 'gateway-second' }, setup, options.cleanUp)
  const pace = async (peers: readonly RunningPeer[]): Promise<number> => {
    const shared = { ...options, connections: CONNECTIONS / peers.length }
    const samples = await Promise.all(peers.map((peer) => measure(peer, point, 0, shared)))
    return samples.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0)
  }
  await runIn([first, second], { ...options, connections: CONNECTIONS })
  const rounds: { readonly one: number; readonly two: number }[] = []
  for (let number = 1; number <= options.rounds; number++) {
    const round = {
      one: await pace([first]),
      two: await pace([first, second]),
    }
    rounds.push(round)
    log(`  gateways round ${number}: one ${round.one.toFixed(0)}/s, two ${round.two.toFixed(0)}/s`)
  }
  const cores = availableParallelism()
  const ratio = median(rounds.map(({ one, two }) => two / one))
  const at = `point at ${CONNECTIONS} connections`
  return [
    { what: `${at}, one gateway`, value: median(rounds.map(({ one }) => one)), unit: 'requests/s' },
    { what: `${at}, two gateways`, value: median(rounds.map(({ two }) => two)), unit: 'requests/s' },
    cores < CORES
      ? {
          what: `${at}, two ÷ one on ${cores} cores (≥ ${GOAL.atLeast} from ${CORES} cores on)`,
          value: ratio,
          unit: '×',
        }
      : { what: `${at}, two ÷ one on ${cores} cores`, value: ratio, unit: '×', goal: GOAL },
  ]
}
