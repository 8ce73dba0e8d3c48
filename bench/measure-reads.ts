import { type MeasureOptions, measure, type Sample } from './measure.ts'
import { requestsOf } from './peers/requests-of.ts'
import type { RunningPeer } from './peers/start-peer.ts'
import type { Workload } from './workloads/workload.ts'

const WARM_UP_SECONDS = 3

/** Every workload at every peer that has a part in it, in interleaved rounds after a warm-up. */
export async function measureReads(
  workloads: readonly Workload[],
  running: readonly RunningPeer[],
  options: MeasureOptions & { readonly rounds: number },
  log: (line: string) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (const workload of workloads) {
    const peers = running.filter((peer) => requestsOf(peer, workload, options.customers) !== undefined)
    for (const peer of peers) await measure(peer, workload, 0, { ...options, seconds: WARM_UP_SECONDS })
    for (let round = 1; round <= options.rounds; round++)
      for (const peer of peers) {
        const sample = await measure(peer, workload, round, options)
        samples.push(sample)
        log(`  ${workload.name} round ${round}: ${sample.peer} ${sample.requestsPerSecond.toFixed(0)}/s`)
      }
  }
  return samples
}
