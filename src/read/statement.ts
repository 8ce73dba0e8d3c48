import type { TextMatch, Value } from '../plan/plan.ts'
import type { ScalarField } from '../policy/policy.ts'

/** One root field as one SQL statement. Values are parameters, never text. */
export interface Statement {
  readonly text: string
  /** Name of the prepared statement: a hash of the text. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** What the columns after the first (the answer as JSON text) hold. */
  readonly tallies: readonly Tally[]
  readonly hasCursors: boolean
  /** What the cursors of each list are bound to; a cursor in the answer names its list by its place here. */
  readonly cursorScopes: readonly string[]
}

/** How a parameter gets its value when a request is bound. */
export type Parameter =
  | { readonly kind: 'value'; readonly field: ScalarField; readonly value: Value }
  | { readonly kind: 'values'; readonly field: ScalarField; readonly values: Value }
  | { readonly kind: 'pattern'; readonly match: TextMatch; readonly value: Value }
  | { readonly kind: 'pageSize'; readonly first: Value | undefined; readonly extra: 0 | 1 }
  | {
      readonly kind: 'cursorPart'
      readonly after: Value
      readonly scope: string
      readonly index: number
      readonly parts: number
    }
  | { readonly kind: 'cursorMark' }
  | { readonly kind: 'pseudonymPad'; readonly pad: 'inner' | 'outer' }

export type Tally =
  /** Rows read of a model. */
  | { readonly kind: 'rows'; readonly model: string }
  /** Keys of data subjects, as JSON: a text, or nested arrays of texts. */
  | { readonly kind: 'subjects'; readonly model: string }
