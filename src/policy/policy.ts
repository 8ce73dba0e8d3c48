import type { Model } from './governed-model.ts'
import type { Purpose } from './purpose.ts'
import type { StoredChoice } from './stored-choice.ts'

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
