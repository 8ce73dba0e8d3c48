/** What the log costs the point read at so many connections; medians over rounds. */
export interface Cost {
  readonly connections: number
  readonly gateway: Pace
  readonly withoutLog: Pace
  /** Throughput that the log takes away, as a share of that without it; each round against itself. */
  readonly share: number
  /** From taking a batch until it is durable, on average. */
  readonly commitMs: number
  readonly recordsPerCommit: number
}

export interface Pace {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Of `share`, for a machine that has enough to do. With one connection throughput is latency by another name. */
export const GOAL = { share: 0.25, fromConnections: 16 }

/** Whether the goal is reached; undefined: it is not for so few connections. */
export function isCheap({ connections, share }: Cost): boolean | undefined {
  return connections < GOAL.fromConnections ? undefined : share <= GOAL.share
}
