import { invariant } from '../invariant.ts'
import type { AggregateSelection, GroupedField } from '../plan/aggregate-selection.ts'
import type { Calculation } from '../policy/aggregates.ts'
import type { ScalarField } from '../policy/governed-model.ts'
import { groupable, type MadeFrom } from './groupable.ts'
import type { JsonSql } from './json-sql.ts'
import type { ReadContext } from './read-context.ts'
import { scalarSql } from './scalar-sql.ts'
import { literal, type TableAlias } from './sql-writer.ts'
import { storedSubjectKey } from './subject-sql.ts'

/** What the rows of an aggregate come to: `k0…` what they are grouped by, `c0…` what is calculated with, `s` whom each is about. */
export interface GroupSource {
  readonly keys: readonly MadeFrom[]
  readonly values: readonly string[]
  /** Undefined: the rows are about nobody. */
  readonly subject: MadeFrom | undefined
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
export function sourceOf(
  context: ReadContext,
  aggregate: AggregateSelection,
  table: TableAlias,
): GroupSource {
  const { writer } = context
  const { model, groupBy, groups, entries } = aggregate
  const fields: ScalarField[] = []
  for (const entry of entries)
    if (entry.kind === 'calculation')
      for (const part of entry.entries)
        if (part.kind === 'calculated' && !fields.includes(part.field)) fields.push(part.field)
  const subject = storedSubjectKey(writer, model, table)
  invariant(subject !== undefined || !groups, 'groups are counted in data subjects')
  return {
    keys: groupBy.map((grouped) => keyOf(context, grouped, table)),
    values: fields.map((field) => numberSql(field, table.column(field.column), groups !== undefined)),
    subject,
    fields,
    indexOf(field) {
      const index = fields.indexOf(field)
      invariant(index >= 0, 'what is calculated with is a column of the source')
      return index
    },
  }
}

function keyOf({ writer, enums }: ReadContext, grouped: GroupedField, table: TableAlias): MadeFrom {
  const { field, transform } = grouped
  const jsonSql = (column: string): string => {
    const json = scalarSql(writer, grouped, column, enums)
    return json.kind === 'constant' ? literal(json.json) : json.sql
  }
  const column = table.column(field.column)
  // Other forms leave so little of a value that there would be many more groups before than after.
  const stored = transform === 'AS_IS' || transform === 'PSEUDONYM' ? groupable(field, column) : undefined
  return stored === undefined
    ? { stored: [jsonSql(column)], made: ([json = '']) => json }
    : { stored: [stored], made: ([value = '']) => jsonSql(value) }
}

/** Exact sums do not depend on the order of the rows; noise that is made from one must not either. */
function numberSql(field: ScalarField, column: string, exact: boolean): string {
  return field.sqlType === 'money' || (exact && field.type !== 'Date' && field.type !== 'DateTime')
    ? `${column}::numeric`
    : column
}
