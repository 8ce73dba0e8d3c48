import { alignedTable } from '../aligned-table.ts'
import { OURS } from '../summary.ts'
import type { Latency } from './latency.ts'

/** One line per peer and number of connections; what the gateway's p99 is of theirs. */
export function latencyTableOf(latencies: readonly Latency[]): string {
  const ours = new Map(
    latencies.filter(({ peer }) => peer === OURS).map(({ connections, p99Ms }) => [connections, p99Ms]),
  )
  const rows = latencies.map(({ peer, connections, ratePerSecond, p50Ms, p99Ms, p999Ms }) => {
    const our = ours.get(connections)
    return [
      String(connections),
      peer,
      String(ratePerSecond),
      ...[p50Ms, p99Ms, p999Ms].map((ms) => ms.toFixed(2)),
      our === undefined || peer === OURS ? '' : `${(our / p99Ms).toFixed(2)}×`,
    ]
  })
  return alignedTable(
    [['connections', 'peer', 'point/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'gateway’s p99 is'], ...rows],
    ['right', 'left', 'right', 'right', 'right', 'right', 'right'],
  )
}
