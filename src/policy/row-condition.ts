/** What `@rows` says: for these purposes only rows that fulfil the condition exist. */
export interface RowRule {
  /** Sorted. */
  readonly purposes: readonly string[]
  readonly where: RowCondition
  /** Every claim that the condition names, with what its value is compared with. */
  readonly claims: readonly ClaimUse[]
}

/** Coordinates and names only, so that it is JSON and goes into the policy's text; checked against the policy's models. */
export type RowCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly RowCondition[] }
  | { readonly kind: 'not'; readonly operand: RowCondition }
  | { readonly kind: 'isNull'; readonly field: string; readonly negated: boolean }
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: 'equals' | 'not' | 'lt' | 'lte' | 'gt' | 'gte'
      readonly insensitive: boolean
      readonly value: RowValue
    }
  | {
      readonly kind: 'in'
      readonly field: string
      readonly negated: boolean
      readonly insensitive: boolean
      readonly values: RowValue
    }
  | {
      readonly kind: 'match'
      readonly field: string
      readonly match: 'contains' | 'startsWith' | 'endsWith'
      readonly insensitive: boolean
      readonly value: RowValue
    }
  | {
      readonly kind: 'relation'
      readonly field: string
      readonly quantifier: 'some' | 'every' | 'none' | 'is' | 'isNot'
      /** Undefined with `is` and `isNot`: there is no such row (`is: null`). */
      readonly condition: RowCondition | undefined
    }

export type RowValue =
  /** As JSON: exact numbers and instants are texts, enum values their names. */
  | { readonly kind: 'constant'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly RowValue[] }
  | { readonly kind: 'claim'; readonly name: string }

export interface ClaimUse {
  /** The claim's whole name, or a dotted path into objects. */
  readonly name: string
  /** Type and field whose values it is compared with: `Customer`, `id`. */
  readonly model: string
  readonly field: string
  /** A list of values will do (`in`, `notIn`). */
  readonly list: boolean
}
