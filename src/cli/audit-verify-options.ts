/** What `audit verify` was asked for; the help of the command says what each means. */
export interface VerifyOptions {
  readonly key: readonly string[]
  readonly checkpoint: readonly string[]
  readonly since?: string
  readonly state?: string
  readonly prunedBefore: string
  readonly json?: boolean
}
