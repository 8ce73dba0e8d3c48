import type { Calculation } from '../policy/aggregates.ts'
import type { Model, ScalarField } from '../policy/governed-model.ts'
import type { GroupRule } from '../policy/purpose.ts'
import type { Transform } from '../policy/transform.ts'
import type { Condition } from './condition.ts'

/** Figures about groups of rows. */
export interface AggregateSelection {
  readonly model: Model
  readonly where: Condition | undefined
  /** Rows that agree in all of these, in the given form, are one group; empty: all rows are one. */
  readonly groupBy: readonly GroupedField[]
  /** What protects whoever is in a group; undefined where the purpose is served rows as well. */
  readonly groups: GroupRule | undefined
  readonly entries: readonly AggregateEntry[]
}

export interface GroupedField {
  readonly field: ScalarField
  readonly transform: Transform
  /** Of `ROUNDED`. */
  readonly step: string | undefined
}

export type AggregateEntry =
  | { readonly kind: 'typename' | 'count' | 'remainder' | 'blocked'; readonly key: string }
  | { readonly kind: 'key'; readonly key: string; readonly entries: readonly KeyEntry[] }
  | {
      readonly kind: 'calculation'
      readonly key: string
      readonly calculation: Calculation
      readonly entries: readonly CalculatedEntry[]
    }

export type KeyEntry =
  | { readonly kind: 'typename'; readonly key: string }
  /** `index` into `groupBy`. */
  | { readonly kind: 'grouped'; readonly key: string; readonly index: number }

export type CalculatedEntry =
  | { readonly kind: 'typename' | 'blocked'; readonly key: string }
  | { readonly kind: 'calculated'; readonly key: string; readonly field: ScalarField }
