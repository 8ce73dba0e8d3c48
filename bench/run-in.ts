import { type MeasureOptions, measure } from './measure.ts'
import type { RunningPeer } from './peers/start-peer.ts'
import { point } from './workloads/point.ts'

/**
 * How long a peer works before it is measured for the first time. V8 goes on optimising a server that is new for half a minute
 * (after three seconds it takes a third of the gateway's processor time, by `perf`), and who has more code pays more of it.
 */
export const RUN_IN_SECONDS = 20

/** One after the other. */
export async function runIn(
  running: readonly RunningPeer[],
  options: Omit<MeasureOptions, 'seconds'>,
): Promise<void> {
  for (const peer of running) await measure(peer, point, 0, { ...options, seconds: RUN_IN_SECONDS })
}
