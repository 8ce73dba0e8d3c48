import type { Condition } from './condition.ts'

/** One rule of the policy about the rows of a model, for one purpose. */
export interface RowLimit {
  /** What it says, for people: `whose data subject consented to MARKETING`. Follows "only those …". */
  readonly words: string
  readonly condition: Condition
}
