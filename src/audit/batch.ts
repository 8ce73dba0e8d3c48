import type { Outcome } from './access.ts'

/** One record on its way into the log. The columns are copies for reviewers to search by. */
export interface NewRecord {
  readonly bytes: Buffer
  readonly leafHash: Buffer
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly outcome: Outcome
  readonly purpose: string | undefined
  readonly subject: string | undefined
  readonly app: string | undefined
}

/** What one commit puts into the log. Frozen before it is first sent: its id stands for exactly these records. */
export interface Batch {
  /** UUID, unique for ever. */
  readonly id: string
  readonly records: readonly NewRecord[]
}
