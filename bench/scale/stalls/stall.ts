/** What point reads wait while somebody else asks for large answers, one after the other. */
export interface Stall {
  /** Undefined: nobody asks for any. */
  readonly answer: string | undefined
  readonly title: string
  /** Of the large answers; NaN without. */
  readonly megabytes: number
  readonly answersPerSecond: number
  /** Of the point reads. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly largestMs: number
  /** Of the gateway's event loop. */
  readonly longestPauseMs: number
}

/** Of `longestPauseMs` and `largestMs`. */
export const GOAL_MS = 50

export function isFree({ longestPauseMs }: Stall): boolean {
  return longestPauseMs <= GOAL_MS
}

export function isPrompt({ largestMs }: Stall): boolean {
  return largestMs <= GOAL_MS
}
