import type { JoinPair, TableName } from './data-model.ts'

export interface KeyPart {
  /** Prisma's field name; a field of this name may or may not be governed (and so be selectable). */
  readonly field: string
  readonly column: string
  readonly sqlType: string
}

export interface SubjectPath {
  /** The model that stands for the data subject. */
  readonly model: string
  /** To-one relations from the row to the subject, empty where the row is the subject itself. */
  readonly steps: readonly SubjectStep[]
  /** The subject's key columns. */
  readonly key: readonly KeyPart[]
}

export interface SubjectStep {
  readonly relation: string
  readonly target: string
  readonly table: TableName
  readonly join: readonly JoinPair[]
}
