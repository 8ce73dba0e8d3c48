import type { Condition } from '../plan/condition.ts'
import type { PageLimits } from '../plan/page-sizes.ts'
import type { RowSelection } from '../plan/selection.ts'
import type { GovernedEnum } from '../policy/policy.ts'
import type { NamedTally, SqlWriter, TableAlias } from './sql-writer.ts'

export interface ReadContext {
  readonly writer: SqlWriter
  readonly enums: ReadonlyMap<string, GovernedEnum>
  /** The policy's condition on every row of a model, whatever is asked for. */
  readonly rowCondition: (model: string) => Condition | undefined
  readonly limits: Pick<PageLimits, 'defaultPageSize'>
}

/** Where rows or a list of them stand in the answer. */
export interface RowPlace {
  /** Their data subjects are already gathered by the rows that they hang on. */
  readonly subjectsKnown: boolean
  /** How often the page sizes allow that one is read. */
  readonly times: number
}

/** What a row contributes to the statement around it. */
export interface RowSql {
  /** The row as the text of a JSON object, never null. */
  readonly json: string
  /** Joins that the expressions need, each with a leading space. */
  readonly laterals: string
  /** Expressions of the row and what they count; null stands for none. */
  readonly tallies: readonly (NamedTally & { readonly expression: string })[]
}

/** Serves the rows of a list; `rowSql`, handed down so that rows and lists can nest without knowing each other's file. */
export type RowsOf = (rows: RowSelection, table: TableAlias, place: RowPlace) => RowSql
