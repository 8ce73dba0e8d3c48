import { type MeasureOptions, measure, type Sample } from '../../measure.ts'
import { runIn } from '../../run-in.ts'
import { median } from '../../statistics.ts'
import type { Workload } from '../../workloads/workload.ts'
import { askCursors } from './ask-cursors.ts'
import type { Growth } from './growth.ts'
import { DEEP_READS, FIRST_READS } from './growth-reads.ts'
import type { Grown } from './start-grown.ts'

const WARM_UP_SECONDS = 2

export type GrowthOptions = Omit<MeasureOptions, 'customers'> & { readonly rounds: number }

/** Keyed and paged reads at every size, in interleaved rounds, so that a machine that slows down does not tilt the ratios. */
export async function measureGrowth(
  sizes: readonly Grown[],
  options: GrowthOptions,
  log: (line: string) => void,
): Promise<readonly Growth[]> {
  const cursors = new Map<Grown, Awaited<ReturnType<typeof askCursors>>>()
  for (const size of sizes) cursors.set(size, await askCursors(size))
  const reads: readonly ((size: Grown) => Workload)[] = [
    ...FIRST_READS.map((read) => () => read),
    ...DEEP_READS.map((read) => (size: Grown) => read.of(cursors.get(size)?.[read.list] ?? [])),
  ]
  const found: Growth[] = []
  for (const { running, customers } of sizes) await runIn([running], { ...options, customers })
  for (const read of reads) found.push(...(await measureRead(read, sizes, options, log)))
  return found
}

async function measureRead(
  read: (size: Grown) => Workload,
  sizes: readonly Grown[],
  options: GrowthOptions,
  log: (line: string) => void,
): Promise<readonly Growth[]> {
  const sample = (size: Grown, round: number, seconds: number): Promise<Sample> =>
    measure(size.running, read(size), round, { ...options, customers: size.customers, seconds })
  for (const size of sizes) await sample(size, 0, WARM_UP_SECONDS)
  const rounds: (readonly Sample[])[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const samples: Sample[] = []
    for (const size of sizes) samples.push(await sample(size, round, options.seconds))
    rounds.push(samples)
    const paces = samples.map(({ requestsPerSecond }) => `${requestsPerSecond.toFixed(0)}/s`)
    log(`  ${samples[0]?.workload} round ${round}: ${paces.join(', ')}`)
  }
  return sizes.map((size, index) => {
    const own = rounds.flatMap((samples) => samples[index] ?? [])
    const databaseCpu = own.flatMap((one) => one.databaseCpuMsPerRequest ?? [])
    const { name, title } = read(size)
    return {
      read: name,
      title,
      customers: size.customers,
      requestsPerSecond: median(own.map((one) => one.requestsPerSecond)),
      p99Ms: median(own.map((one) => one.p99Ms)),
      databaseCpuMsPerRequest: databaseCpu.length === own.length ? median(databaseCpu) : undefined,
      ratio: median(
        rounds.map(
          (samples) =>
            (samples[index]?.requestsPerSecond ?? Number.NaN) / (samples[0]?.requestsPerSecond ?? Number.NaN),
        ),
      ),
    }
  })
}
