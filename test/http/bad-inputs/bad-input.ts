import type { ErrorCode } from '../../../src/errors.ts'

/** A value that stands where it does not belong, and must not come back. */
export const SECRET = 'ane.secret@example.dk'

export interface BadInput {
  readonly name: string
  readonly code: ErrorCode
  /** Of the first error. */
  readonly says: string
  readonly method?: string
  readonly search?: string
  /** On top of a billing clerk's token, `content-type: application/json` and `x-purpose: BILLING`; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Instead of the headers' token. */
  readonly token?: 'expired' | 'other-key' | 'no-role' | 'no-grant' | 'no-subject'
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Buffer
  /** `none`: it is not put on record. Default `failed`. */
  readonly outcome?: 'failed' | 'refused' | 'none'
}
