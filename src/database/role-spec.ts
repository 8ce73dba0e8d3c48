import type { TableName } from '../policy/data-model.ts'

/** What one login role may do in one database: this and nothing else. */
export interface RoleSpec {
  readonly name: string
  readonly grants: readonly TableGrant[]
  /** Where unqualified names are looked up, in order; the role may use these schemas and those of `grants`. */
  readonly searchPath: readonly string[]
  /** Further schemas that the role may use, for the types in them. */
  readonly schemas: readonly string[]
  /** Session settings that hold from login on, as PostgreSQL writes them. */
  readonly settings: Readonly<Record<string, string>>
}

export interface TableGrant {
  /** Without a schema: the first of the search path. */
  readonly table: TableName
  readonly privileges: readonly Privilege[]
  /** Undefined: the whole table. */
  readonly columns: readonly string[] | undefined
}

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
