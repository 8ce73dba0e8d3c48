import { type MeasureOptions, measure, type Sample } from './measure.ts'
import type { RunningPeer } from './peers/start-peer.ts'
import type { Workload } from './workloads/workload.ts'

const WARM_UP_SECONDS = 3

/** Every workload at every peer, in interleaved rounds after a warm-up. */
export async function measureReads(
  workloads: readonly Workload[],
  running: readonly RunningPeer[],
  options: MeasureOptions & { readonly rounds: number },
  log: (line: string) => void,
): Promise<readonly Sample[]> {
  for (const workload of workloads)
    for (const peer of running) await measure(peer, workload, 0, { ...options, seconds: WARM_UP_SECONDS })
  const samples: Sample[] = []
  for (const workload of workloads)
    for (let round = 1; round <= options.rounds; round++)
      for (const peer of running) {
        const sample = await measure(peer, workload, round, options)
        samples.push(sample)
        log(`  ${workload.name} round ${round}: ${sample.peer} ${sample.requestsPerSecond.toFixed(0)}/s`)
      }
  return samples
}
