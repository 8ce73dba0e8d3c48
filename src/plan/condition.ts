import type { JoinPair } from '../policy/data-model.ts'
import type { Model, RelationField, ScalarField } from '../policy/governed-model.ts'
import type { Retention } from '../policy/keeping.ts'
import type { StoredChoice } from '../policy/stored-choice.ts'
import type { SubjectPath } from '../policy/subject-path.ts'

/** A value known only when the request is bound: a constant of the document, a variable (or a part of one), or the time. */
export type Value =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly (string | number)[] }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  /** Of the principal's token; only conditions of the policy name one. */
  | { readonly kind: 'claim'; readonly name: string }
  /** The instant of the request. */
  | { readonly kind: 'now' }
  /** Where a retention stands at the instant of the request: dates before it are past it. */
  | { readonly kind: 'cutoff'; readonly retention: Retention }

export type Comparison = 'equals' | 'not' | 'lt' | 'lte' | 'gt' | 'gte'
export type TextMatch = 'contains' | 'startsWith' | 'endsWith'
export type Quantifier = 'some' | 'every' | 'none' | 'is' | 'isNot'

/** A filter, in the semantics of SQL's three-valued logic (and so of Prisma's filters). */
export type Condition =
  | { readonly kind: 'and'; readonly operands: readonly Condition[] }
  | { readonly kind: 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | {
      readonly kind: 'compare'
      readonly field: ScalarField
      readonly operator: Comparison
      readonly insensitive: boolean
      readonly value: Value
    }
  | { readonly kind: 'isNull'; readonly field: ScalarField; readonly negated: boolean }
  | {
      readonly kind: 'in'
      readonly field: ScalarField
      readonly negated: boolean
      readonly insensitive: boolean
      readonly values: Value
    }
  | {
      readonly kind: 'match'
      readonly field: ScalarField
      readonly match: TextMatch
      readonly insensitive: boolean
      readonly value: Value
    }
  | {
      readonly kind: 'relation'
      readonly field: RelationField
      readonly target: Model
      readonly quantifier: Quantifier
      /** Undefined with `is` and `isNot`: there is no such row (`is: null`). */
      readonly condition: Condition | undefined
    }
  | OwnCondition
  | ChoiceCondition

/** Of the policy only: the row is about the data subject that the principal's token names. */
export interface OwnCondition {
  readonly kind: 'own'
  readonly subject: SubjectPath
}

/** Of the policy only: a choice of the data subject that the row is about holds at the time of the request, or none does. */
export interface ChoiceCondition {
  readonly kind: 'choice'
  /** False: there must be none. */
  readonly present: boolean
  readonly choice: StoredChoice
  /** What is stored for the purpose; undefined: only choices about every purpose count. */
  readonly label: string | undefined
  /** From the row to whoever must have made the choice. */
  readonly link: ChoiceLink
}

export type ChoiceLink =
  /** Anybody who speaks for the data subject of the row. */
  | { readonly kind: 'subject'; readonly subject: SubjectPath }
  /** The person that the row stands for, or whose choice it is: pairs of a column of the row and one of the choice. */
  | { readonly kind: 'person'; readonly join: readonly JoinPair[] }
