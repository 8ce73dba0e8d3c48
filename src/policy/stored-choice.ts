import type { JoinPair, TableName } from './data-model.ts'
import type { SubjectPath } from './subject-path.ts'

/** How the choices of data subjects are stored: their consents, or their objections. */
export interface StoredChoice {
  /** The type that carries the directive. */
  readonly model: string
  readonly table: TableName
  /** Whose choice a row is. */
  readonly subject: SubjectPath
  /** Undefined: each choice is about every purpose. */
  readonly purpose: StoredPurpose | undefined
  /** The instant from which it counts; a choice without the column counts at once. */
  readonly since: StoredInstant | undefined
  /** Null while the choice holds. */
  readonly withdrawnAt: StoredInstant | undefined
  /** The instant from which it no longer counts. */
  readonly expiresAt: StoredInstant | undefined
  /** The person who made it. */
  readonly givenBy: { readonly model: string; readonly join: readonly JoinPair[] } | undefined
}

export interface StoredPurpose {
  readonly column: string
  readonly sqlType: string
  /** A null stands for every purpose. */
  readonly nullable: boolean
  /** Purpose → what is stored for it. Purposes that cannot be stored are left out. */
  readonly labels: ReadonlyMap<string, string>
}

export interface StoredInstant {
  readonly column: string
  /** Has no precision, so no comparison rounds. */
  readonly sqlType: string
}
