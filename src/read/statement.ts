import type { TextMatch, Value } from '../plan/condition.ts'
import type { PageLimits } from '../plan/page-sizes.ts'
import type { ScalarField } from '../policy/governed-model.ts'

/** What PostgreSQL makes JSON of a value with. They give the same; `to_json` looks its type up anew for each value. */
export type ToJson = 'to_json' | 'JSON_SCALAR'

/** @param serverVersion PostgreSQL's `server_version_num` */
export function toJsonOf(serverVersion: number): ToJson {
  return serverVersion >= 170_000 ? 'JSON_SCALAR' : 'to_json'
}

/** What statements depend on besides the plan. */
export interface StatementOptions extends Pick<PageLimits, 'defaultPageSize'> {
  readonly toJson: ToJson
}

/**
 * One root field as one SQL statement. Values are parameters, never text, but for page sizes, booleans and labels of enums,
 * which come from the policy.
 */
export interface Statement {
  readonly text: string
  /** The text as telemetry may have it: it does not tell by what was filtered. */
  readonly shown: string
  /** Name of the prepared statement: a hash of the text. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Cursors of lists whose rows are not read; they are checked all the same. */
  readonly unusedCursors: readonly AfterCursor[]
  /** What the columns after the first (the answer as JSON text) hold. */
  readonly tallies: readonly Tally[]
  readonly hasCursors: boolean
  /** JSON of a column stands in the answer, as PostgreSQL writes it. */
  readonly storedJson: boolean
  /** It looks up one row by its key, and others by theirs, and makes no list: a fraction of a millisecond. */
  readonly short: boolean
  /** One plan is as good for all values that its parameters can have. */
  readonly planOnce: boolean
  /** What the cursors of each list are bound to; a cursor in the answer names its list by its place here. */
  readonly cursorScopes: readonly string[]
  /** Models whose rows it reads or looks at, the policy's own conditions aside. */
  readonly models: readonly string[]
  /** The name under which groups are counted, of which there must not be more than allowed; undefined where rows are read. */
  readonly groups: string | undefined
}

/** A cursor that a list begins after, what it must be bound to, and how many parts its place has. */
export interface AfterCursor {
  readonly after: Value
  readonly scope: string
  readonly parts: number
}

/** How many rows a list is asked for, and one more where it matters whether there are more. */
export interface PageSize {
  /** Undefined: the default. */
  readonly first: number | undefined
  readonly extra: 0 | 1
}

/** How a parameter gets its value when a request is bound. */
export type Parameter =
  | { readonly kind: 'value'; readonly field: ScalarField; readonly value: Value }
  | { readonly kind: 'values'; readonly field: ScalarField; readonly values: Value }
  | { readonly kind: 'pattern'; readonly match: TextMatch; readonly value: Value }
  | (PageSize & { readonly kind: 'pageSize' })
  | (AfterCursor & { readonly kind: 'cursorPart'; readonly index: number })
  | { readonly kind: 'cursorMark' }
  | { readonly kind: 'pseudonymPad'; readonly pad: 'inner' | 'outer' }
  /** The instant of the request. */
  | { readonly kind: 'now'; readonly sqlType: string }
  /** One part of the key of the data subject that the principal's token names. */
  | { readonly kind: 'ownKey'; readonly part: number; readonly sqlType: string }
  | { readonly kind: 'noisePad'; readonly pad: 'inner' | 'outer' }
  /** Of the request, `YYYY-MM-DD` in UTC. */
  | { readonly kind: 'day' }
  /** Groups that one aggregate may have. */
  | { readonly kind: 'mostGroups' }

export type Tally =
  /** Rows read of a model. */
  | { readonly kind: 'rows'; readonly model: string }
  /** Keys of data subjects, as JSON: a text, or nested arrays of texts. */
  | { readonly kind: 'subjects'; readonly model: string }
