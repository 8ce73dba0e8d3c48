import type { ErrorCode, Problem } from '../errors.ts'
import type { Calculation } from '../policy/aggregates.ts'
import type { JoinPair } from '../policy/data-model.ts'
import type {
  GroupRule,
  Model,
  RelationField,
  Retention,
  ScalarField,
  SubjectPath,
} from '../policy/policy.ts'
import type { StoredChoice } from '../policy/stored-choice.ts'
import type { Transform } from '../policy/transform.ts'

/**
 * What one operation may read, under one purpose: the only thing from which SQL is made. It holds fields of the policy
 * that the purpose permits and nothing else; values of variables are named, not held, so that one plan serves every
 * request of the same shape.
 */
export interface Plan {
  readonly purpose: string
  readonly policyHash: string
  readonly operationName: string | undefined
  /** Lowercase hex SHA-256 of the document text. */
  readonly documentHash: string
  /** In the order of the answer. */
  readonly roots: readonly PlannedRoot[]
  /** Coordinate → transform of everything that is read, arguments included; sorted. */
  readonly fields: Readonly<Record<string, FormRead>>
  /** What was pruned; empty unless the request allows pruning. */
  readonly blocked: readonly Blocked[]
}

/** In which form a field was read, or what was calculated of it. */
export type FormRead = Transform | 'SUM' | 'AVG' | 'SUM+AVG' | 'MIN' | 'MAX' | 'MIN+MAX'

export interface Blocked {
  readonly coordinate: string
  readonly code: Extract<
    ErrorCode,
    'FIELD_NOT_PERMITTED' | 'ARGUMENT_NOT_PERMITTED' | 'AGGREGATE_NOT_PERMITTED' | 'GROUPS_ONLY'
  >
  /** Response keys from the root, without list indices: one entry stands for the field in every row. */
  readonly path: readonly string[]
  /** Purposes for which it may be read. */
  readonly permittedFor: readonly string[]
}

export type PlannedRoot =
  | { readonly kind: 'typename'; readonly key: string }
  | { readonly kind: 'introspection'; readonly key: string }
  | { readonly kind: 'blocked'; readonly key: string }
  | PlannedOne
  | PlannedMany
  | PlannedAggregate

export interface PlannedOne {
  readonly kind: 'one'
  readonly key: string
  readonly field: string
  /** Equal to `rows.model.key`, part by part. */
  readonly lookup: readonly Value[]
  readonly rows: RowSelection
}

export interface PlannedMany {
  readonly kind: 'many'
  readonly key: string
  readonly field: string
  readonly list: ListSelection
}

export interface PlannedAggregate {
  readonly kind: 'aggregate'
  readonly key: string
  readonly field: string
  readonly aggregate: AggregateSelection
}

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

/** Planning ends in a plan, or in everything that stands in its way. */
export type PlanResult =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly blocked: readonly Blocked[] }
  | { readonly kind: 'invalid'; readonly problem: Problem }
