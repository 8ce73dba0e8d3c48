/**
 * How the governed data is stored: the adopter's Prisma data model, reduced to what the compiler and the SQL need.
 * Made by `database/data-model.ts` from Prisma's DMMF, with `@map`, `@@map` and `@@schema` already applied.
 */
export interface DataModel {
  readonly entities: ReadonlyMap<string, Entity>
  readonly enums: ReadonlyMap<string, StoredEnum>
}

export interface Entity {
  /** Prisma's model name. */
  readonly name: string
  readonly table: TableName
  /** Names of the fields of the primary key, in order; never empty. */
  readonly key: readonly string[]
  readonly fields: ReadonlyMap<string, StoredField>
  /** Field names of every index, unique constraint and key, in order; what a filter or subject path can be served by. */
  readonly indexes: readonly (readonly string[])[]
  /** Field names of the key and of every unique constraint: what tells one row from all others. */
  readonly uniques: readonly (readonly string[])[]
}

export interface TableName {
  /** Undefined: the connection's search path decides. */
  readonly schema: string | undefined
  readonly name: string
}

export type StoredField = StoredScalar | StoredRelation

export interface StoredScalar {
  readonly kind: 'scalar'
  readonly name: string
  readonly column: string
  /** Prisma's scalar type, or `Enum` (then `enumName` says which). */
  readonly type: StoredType
  readonly enumName: string | undefined
  /** The PostgreSQL type for casts, ready for SQL and already quoted where needed: `integer`, `uuid`, `"app"."status"`. Never with `[]`. */
  readonly sqlType: string
  readonly required: boolean
  readonly list: boolean
}

export type StoredType =
  | 'String'
  | 'Int'
  | 'BigInt'
  | 'Float'
  | 'Decimal'
  | 'Boolean'
  | 'DateTime'
  | 'Json'
  | 'Bytes'
  | 'Enum'

export interface StoredRelation {
  readonly kind: 'relation'
  readonly name: string
  readonly target: string
  readonly list: boolean
  readonly required: boolean
  /** Column pairs that join this table (`from`) to the target's (`to`), for both sides of the relation. Empty: an implicit many-to-many. */
  readonly join: readonly JoinPair[]
}

export interface JoinPair {
  readonly from: string
  readonly to: string
}

export interface StoredEnum {
  readonly name: string
  /** GraphQL and Prisma name → label in the database. */
  readonly labels: ReadonlyMap<string, string>
}
