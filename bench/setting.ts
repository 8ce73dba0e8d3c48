/** What the figures depend on that the command line decides. */
export interface Setting {
  readonly connections: number
  /** Of each peer, to PostgreSQL. */
  readonly poolSize: number
  readonly customers: number
  readonly rounds: number
  readonly seconds: number
  /** Of the log that is verified. */
  readonly records: number
  /** Customers of the largest database of piece `scale`. */
  readonly growTo: number
  /** That the gateway's log holds before anything is measured. */
  readonly logRecords: number
  /** Requests per second of the latency's open loop; undefined: found out. */
  readonly openLoopRate: number | undefined
}
