import type { ErrorCode, Problem } from '../errors.ts'
import type { Transform } from '../policy/transform.ts'
import type { AggregateSelection } from './aggregate-selection.ts'
import type { Value } from './condition.ts'
import type { ListSelection, RowSelection } from './selection.ts'

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

/** Planning ends in a plan, or in everything that stands in its way. */
export type PlanResult =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly blocked: readonly Blocked[] }
  | { readonly kind: 'invalid'; readonly problem: Problem }
