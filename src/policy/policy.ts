import type { JoinPair, TableName } from './data-model.ts'
import type { RowRule } from './row-condition.ts'
import type { ScalarName } from './scalar-name.ts'
import type { StoredChoice } from './stored-choice.ts'
import type { KeyPart, SubjectPath } from './subject-path.ts'
import type { Transform } from './transform.ts'

export type { KeyPart, SubjectPath, SubjectStep } from './subject-path.ts'

/**
 * The compiled policy: what the SDL and the data model say, checked and frozen. Everything that decides reads this and
 * nothing else.
 */
export interface Policy {
  /** Lowercase hex SHA-256 of `text`. */
  readonly hash: string
  /** Canonical JSON (RFC 8785) of the whole policy; kept beside the log so that "what was the rule then" has an answer. */
  readonly text: string
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly roles: ReadonlySet<string>
  readonly categories: ReadonlyMap<string, Category>
  readonly models: ReadonlyMap<string, Model>
  /** Enums that governed fields use, by GraphQL name. */
  readonly enums: ReadonlyMap<string, GovernedEnum>
  /** Where consents are stored. */
  readonly consents: StoredChoice | undefined
  /** Where objections (GDPR Article 21) are stored. */
  readonly objections: StoredChoice | undefined
}

/** GDPR Article 6(1), (a) to (f). */
export type LegalBasis =
  | 'CONSENT'
  | 'CONTRACT'
  | 'LEGAL_OBLIGATION'
  | 'VITAL_INTERESTS'
  | 'PUBLIC_TASK'
  | 'LEGITIMATE_INTEREST'

/** GDPR Article 9(2), (a) to (j). */
export type Article9Ground =
  | 'EXPLICIT_CONSENT'
  | 'EMPLOYMENT_LAW'
  | 'VITAL_INTERESTS'
  | 'MEMBERSHIP'
  | 'MADE_PUBLIC'
  | 'LEGAL_CLAIMS'
  | 'SUBSTANTIAL_PUBLIC_INTEREST'
  | 'HEALTH_CARE'
  | 'PUBLIC_HEALTH'
  | 'RESEARCH'

export interface Purpose {
  readonly name: string
  readonly description: string
  readonly basis: LegalBasis
  readonly roles: readonly string[]
  readonly owner: string
  /** Calendar date of the last review, `YYYY-MM-DD`. */
  readonly reviewed: string
  /** A third party that receives the data. */
  readonly recipient: string | undefined
  readonly scope: RowScope
  /** The law that obliges or entitles the company. */
  readonly law: string | undefined
  /** The legitimate interest that is pursued. */
  readonly interest: string | undefined
  /** On what ground special categories are processed; undefined: the purpose reads none. */
  readonly article9: Article9Ground | undefined
}

/** Whose rows a purpose serves: those of all data subjects, or of the principal's own. */
export type RowScope = 'ALL' | 'OWN'

export interface Category {
  readonly name: string
  readonly description: string
  /** Purposes for which a field of this category may never be declared. */
  readonly never: readonly string[]
  /** A special category in the sense of GDPR Article 9(1). */
  readonly special: boolean
}

export interface GovernedEnum {
  readonly name: string
  readonly description: string
  readonly values: readonly EnumValue[]
}

export interface EnumValue {
  readonly name: string
  readonly description: string
  /** The label in the database. */
  readonly label: string
}

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
