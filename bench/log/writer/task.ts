/** What the writing process reads from stdin. */
export interface WriterTask {
  /** Of the log, as the auditor. */
  readonly url: string
  /** How many accesses wait for their commit at the same time. */
  readonly appenders: number
  /** When to end. */
  readonly until: { readonly seconds: number } | { readonly records: number }
  /** Signs checkpoints meanwhile, as a gateway does, and the last one at the end. */
  readonly signer?: string
}

/** What it writes to stdout. */
export interface WriterResult {
  readonly records: number
  readonly recordsPerSecond: number
  /** From handing an access to the log until it is durable. */
  readonly p50Ms: number
  readonly p99Ms: number
}
