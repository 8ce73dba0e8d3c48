/** How long the point read takes at a rate that every peer can serve; over all rounds. */
export interface Latency {
  readonly peer: string
  readonly connections: number
  /** Requests that arrive each second. */
  readonly ratePerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
}
