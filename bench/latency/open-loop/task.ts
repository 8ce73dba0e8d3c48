import type { PeerRequest } from '../../peers/peer.ts'

/** What the open-loop process reads from stdin. */
export interface OpenLoop {
  readonly url: string
  /** At most so many requests are under way; others wait, and their waiting counts. */
  readonly connections: number
  readonly seconds: number
  readonly ratePerSecond: number
  /** Sent in turn. */
  readonly requests: readonly PeerRequest[]
}

/** What it writes to stdout. */
export interface OpenLoopResult {
  readonly latenciesMs: readonly number[]
  readonly failures: number
}
