import type { JoinPair, TableName } from './data-model.ts'
import type { LegalHold, Retention } from './keeping.ts'
import type { RowRule } from './row-condition.ts'
import type { ScalarName } from './scalar-name.ts'
import type { KeyPart, SubjectPath } from './subject-path.ts'
import type { Transform } from './transform.ts'

export interface Model {
  readonly name: string
  readonly description: string
  /** That a row exists is data of this category. */
  readonly category: string | undefined
  readonly table: TableName
  readonly key: readonly KeyPart[]
  readonly fields: ReadonlyMap<string, Field>
  /** Whom a row is about; undefined where a row is about nobody. */
  readonly subject: SubjectPath | undefined
  /** Conditions on its rows; all that name a purpose hold for it. */
  readonly rows: readonly RowRule[]
  /** How long a row is kept; undefined where the policy does not say. */
  readonly retention?: Retention | undefined
  /** The rows are legal holds on their data subject. */
  readonly legalHold?: LegalHold | undefined
}

export type Field = ScalarField | RelationField

interface FieldBase {
  readonly name: string
  /** `Type.field` */
  readonly coordinate: string
  readonly description: string
  readonly category: string | undefined
  /** Purpose → the form in which it is served. A purpose that is not here may not read the field. */
  readonly permits: ReadonlyMap<string, Transform>
}

export interface ScalarField extends FieldBase {
  readonly kind: 'scalar'
  /** GraphQL type name: a scalar of the served schema, or an enum of `Policy.enums`. */
  readonly type: ScalarName | 'Enum'
  readonly enumName: string | undefined
  readonly list: boolean
  readonly nonNull: boolean
  readonly column: string
  readonly sqlType: string
  /** Purpose → step of `ROUNDED`, a decimal as written; undefined where no purpose is served it rounded. */
  readonly steps: ReadonlyMap<string, string> | undefined
}

export interface RelationField extends FieldBase {
  readonly kind: 'relation'
  readonly target: string
  readonly many: boolean
  readonly nonNull: boolean
  readonly join: readonly JoinPair[]
}
