/** One read with so many customers; medians over rounds. */
export interface Growth {
  readonly read: string
  readonly title: string
  readonly customers: number
  readonly requestsPerSecond: number
  readonly p99Ms: number
  /** Processor time of PostgreSQL; undefined where the system does not tell. */
  readonly databaseCpuMsPerRequest: number | undefined
  /** Requests per second over those with the fewest customers, each round against itself. */
  readonly ratio: number
}

/** Of `ratio`: flat, but for what a busy machine varies by. */
export const GOAL_RATIO = 0.8

/** Undefined: there is nothing smaller to be compared with. */
export function isFlat({ ratio, customers }: Growth, smallest: number): boolean | undefined {
  return customers === smallest ? undefined : ratio >= GOAL_RATIO
}
