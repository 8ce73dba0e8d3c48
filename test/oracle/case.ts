import type { CursorWish } from './draft.ts'

/** One request, whole: the same for the same seed and number. */
export interface Case {
  readonly number: number
  readonly document: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly header: string | undefined
  readonly onDenied: 'reject' | 'prune' | undefined
  readonly roles: readonly string[]
  readonly grants: readonly string[]
  /** Of the token. */
  readonly dataSubject: unknown
  readonly claims: Readonly<Record<string, unknown>>
  readonly cursors: readonly CursorWish[]
  /** Variables that may as well be null. */
  readonly optional: readonly string[]
  /** Every value that stands in an argument. */
  readonly values: readonly string[]
}
