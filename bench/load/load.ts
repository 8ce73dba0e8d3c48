import type { PeerRequest } from '../peers/peer.ts'
import type { Answer } from '../workloads/workload.ts'

/** What the load process reads from stdin. */
export interface Load {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** Sent in turn by every connection. */
  readonly requests: readonly PeerRequest[]
  /** What a good answer is. */
  readonly answer: Answer
  /** Whether `SERIAL` in a body stands for a number of each request's own. */
  readonly unique: boolean
}

/** What it writes to stdout. */
export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly megabytesPerSecond: number
  /** Answers that are not good, and requests that failed or timed out. */
  readonly failures: number
}
