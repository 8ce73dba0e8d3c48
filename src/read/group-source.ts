import { invariant } from '../invariant.ts'
import type { AggregateSelection } from '../plan/plan.ts'
import type { Calculation } from '../policy/aggregates.ts'
import type { ScalarField } from '../policy/policy.ts'
import type { JsonSql } from './json-sql.ts'
import type { ReadContext } from './read-context.ts'
import { REDACTED, scalarSql } from './scalar-sql.ts'
import { literal, type TableAlias } from './sql-writer.ts'
import { subjectKeySql } from './subject-sql.ts'

/** The rows that an aggregate is made of: `k0…` what they are grouped by, `c0…` what is calculated with, `s` whom each is about. */
export interface GroupSource {
  readonly columns: readonly string[]
  /** Fields that are calculated with, each once. */
  readonly fields: readonly ScalarField[]
  indexOf(field: ScalarField): number
}

/** Figures about groups, as rows `g` with `k0…` and `remainder`. */
export interface GroupFigures {
  readonly sql: string
  readonly count: JsonSql
  calculated(calculation: Calculation, field: ScalarField, index: number): JsonSql
}

/** A group is of rows whose JSON is the same: what cannot be told apart in the answer is not told apart before it. */
export function sourceSql(
  { writer, enums }: ReadContext,
  { model, groupBy, groups, entries }: AggregateSelection,
  table: TableAlias,
): GroupSource {
  const fields: ScalarField[] = []
  for (const entry of entries)
    if (entry.kind === 'calculation')
      for (const part of entry.entries)
        if (part.kind === 'calculated' && !fields.includes(part.field)) fields.push(part.field)
  const subject = subjectKeySql(writer, model, table)
  invariant(subject !== undefined || !groups, 'groups are counted in data subjects')
  const keys = groupBy.map((grouped, i) => {
    // As in a row: what is made from nothing reads no column.
    const json =
      grouped.transform === 'REDACTED'
        ? REDACTED
        : scalarSql(writer, grouped, table.column(grouped.field.column), enums)
    return `${json.kind === 'constant' ? literal(json.json) : json.sql} AS k${i}`
  })
  const values = fields.map(
    (field, i) => `${numberSql(field, table.column(field.column), groups !== undefined)} AS c${i}`,
  )
  const columns = [...keys, ...values, ...(subject === undefined ? [] : [`${subject} AS s`])]
  return {
    columns: columns.length > 0 ? columns : ['1'],
    fields,
    indexOf(field) {
      const index = fields.indexOf(field)
      invariant(index >= 0, 'what is calculated with is a column of the source')
      return index
    },
  }
}

/** Exact sums do not depend on the order of the rows; noise that is made from one must not either. */
function numberSql(field: ScalarField, column: string, exact: boolean): string {
  return field.sqlType === 'money' || (exact && field.type !== 'Date' && field.type !== 'DateTime')
    ? `${column}::numeric`
    : column
}
