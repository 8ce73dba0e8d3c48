import type { Model, RelationField, ScalarField } from '../policy/governed-model.ts'
import type { Transform } from '../policy/transform.ts'
import type { Condition, Value } from './condition.ts'

/** What is served of each row of a model. */
export interface RowSelection {
  readonly model: Model
  readonly entries: readonly RowEntry[]
}

export type RowEntry =
  | { readonly kind: 'typename'; readonly key: string }
  | { readonly kind: 'blocked'; readonly key: string }
  | {
      readonly kind: 'scalar'
      readonly key: string
      readonly field: ScalarField
      readonly transform: Transform
      /** Of `ROUNDED`. */
      readonly step: string | undefined
    }
  | { readonly kind: 'one'; readonly key: string; readonly field: RelationField; readonly rows: RowSelection }
  | {
      readonly kind: 'many'
      readonly key: string
      readonly field: RelationField
      readonly list: ListSelection
    }

/** A Relay connection. */
export interface ListSelection {
  readonly model: Model
  /** Undefined: the default page size. */
  readonly first: number | undefined
  readonly after: Value | undefined
  readonly where: Condition | undefined
  /** As asked for; the key is appended when SQL is made, so that the order is total. */
  readonly order: readonly OrderTerm[]
  /** False: the purpose may not read the key as it is, so a keyed hash of it stands in its place, which tells nothing. */
  readonly keyReadable: boolean
  readonly entries: readonly ListEntry[]
}

export type ListEntry =
  | { readonly kind: 'typename'; readonly key: string }
  | { readonly kind: 'nodes'; readonly key: string; readonly rows: RowSelection }
  | { readonly kind: 'edges'; readonly key: string; readonly entries: readonly EdgeEntry[] }
  | { readonly kind: 'pageInfo'; readonly key: string; readonly entries: readonly PageInfoEntry[] }
  | { readonly kind: 'totalCount'; readonly key: string }

export type EdgeEntry =
  | { readonly kind: 'typename'; readonly key: string }
  | { readonly kind: 'cursor'; readonly key: string }
  | { readonly kind: 'node'; readonly key: string; readonly rows: RowSelection }

export interface PageInfoEntry {
  readonly kind: 'typename' | 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'
  readonly key: string
}

export interface OrderTerm {
  readonly field: ScalarField
  readonly descending: boolean
}
