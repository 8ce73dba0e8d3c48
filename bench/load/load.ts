import type { PeerRequest } from '../peers/peer.ts'

/** What the load process reads from stdin. */
export interface Load {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** Sent in turn by every connection. */
  readonly requests: readonly PeerRequest[]
}

/** What it writes to stdout. */
export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly megabytesPerSecond: number
  /** Answers that were not 2xx or did not begin with data, and requests that failed or timed out. */
  readonly failures: number
}
