/** What the checker reports. Ids are permanent: once given, never used for another rule. */
export interface Finding {
  readonly id: string
  readonly severity: 'MUST' | 'SHOULD'
  /** Path of the file as given to the compiler. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  /** One lowercase sentence, the user's words in backticks, no full stop. */
  readonly message: string
  /** What to do, e.g. "did you mean `BILLING`?" */
  readonly help: string | undefined
}
