import type { Sample } from './measure.ts'
import { median, spread } from './statistics.ts'

/** One line of the table: a peer under a workload, over all rounds. */
export interface Row {
  readonly workload: string
  readonly peer: string
  readonly requestsPerSecond: number
  /** Largest less smallest round, as a share of the median. */
  readonly spread: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly peerCpuMsPerRequest: number | undefined
  readonly databaseCpuMsPerRequest: number | undefined
  readonly peerMegabytes: number | undefined
}

export interface Summary {
  readonly rows: readonly Row[]
  /** `WORKLOAD/PEER` → requests per second of the gateway over the peer's: above 1 the gateway is faster. */
  readonly ratios: Readonly<Record<string, number>>
  /** The smallest and the largest of single rounds, under the same keys. */
  readonly ratioRanges: Readonly<Record<string, readonly [number, number]>>
}

export const OURS = 'gateway'

/** Ratios are medians over rounds, each round against itself, so that a machine that slows down does not tilt them. */
export function summarise(samples: readonly Sample[]): Summary {
  const groups = groupsOf(samples)
  const rows = [...groups.values()].map(rowOf)
  const rounds = new Map(
    [...groups].flatMap(([key, theirs]) => {
      const [workload, peer] = key.split('/')
      const ours = groups.get(`${workload}/${OURS}`)
      if (peer === OURS || ours === undefined) return []
      const perRound = ours.map(
        (sample, index) => sample.requestsPerSecond / (theirs[index]?.requestsPerSecond ?? Number.NaN),
      )
      return [[key, perRound] as const]
    }),
  )
  return {
    rows,
    ratios: Object.fromEntries([...rounds].map(([key, all]) => [key, round(median(all), 3)])),
    ratioRanges: Object.fromEntries(
      [...rounds].map(([key, all]) => [
        key,
        [round(Math.min(...all), 3), round(Math.max(...all), 3)] as const,
      ]),
    ),
  }
}

function groupsOf(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.workload}/${sample.peer}`
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  return groups
}

function rowOf(samples: readonly Sample[]): Row {
  const of = (pick: (sample: Sample) => number): number => median(samples.map(pick))
  const known = (pick: (sample: Sample) => number | undefined): number | undefined => {
    const values = samples.map(pick).filter((value) => value !== undefined)
    return values.length === samples.length ? round(median(values), 3) : undefined
  }
  const { workload = '', peer = '' } = samples[0] ?? {}
  return {
    workload,
    peer,
    requestsPerSecond: round(
      of((sample) => sample.requestsPerSecond),
      1,
    ),
    spread: round(spread(samples.map((sample) => sample.requestsPerSecond)), 3),
    p50Ms: of((sample) => sample.p50Ms),
    p99Ms: of((sample) => sample.p99Ms),
    peerCpuMsPerRequest: known((sample) => sample.peerCpuMsPerRequest),
    databaseCpuMsPerRequest: known((sample) => sample.databaseCpuMsPerRequest),
    peerMegabytes: known((sample) => sample.peerMegabytes),
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
