/** What the writing process reads from stdin. */
export interface HeadTask {
  /** Of the log, as the auditor. */
  readonly url: string
  /** That append at the same time, each as another gateway would. */
  readonly sessions: number
  /** Of each batch. */
  readonly records: number
  readonly seconds: number
}

/** What it writes to stdout. */
export interface HeadResult {
  readonly batchesPerSecond: number
  /** From sending a batch until it is durable. */
  readonly p50Ms: number
  readonly p99Ms: number
}
