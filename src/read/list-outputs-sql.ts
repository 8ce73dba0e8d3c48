import { pageSizeOf } from '../plan/page-sizes.ts'
import type { EdgeEntry, ListSelection, RowSelection } from '../plan/selection.ts'
import { type JsonSql, nameOf, objectSql, quotedOf } from './json-sql.ts'
import type { ReadContext, RowPlace, RowSql, RowsOf } from './read-context.ts'
import type { TableAlias } from './sql-writer.ts'

export interface Output {
  /** Column of the row that `nodes` or `edges` aggregates. */
  readonly name: string
  readonly json: string
  readonly edge: ((cursor: string) => string) | undefined
}

/** What is made of each row of a list, and what hangs on the rows for it. */
export function outputsSql(
  context: ReadContext,
  list: ListSelection,
  table: TableAlias,
  place: RowPlace & { readonly row: RowsOf },
): { readonly columns: readonly Output[]; readonly laterals: string; readonly tallies: RowSql['tallies'] } {
  const columns: Output[] = []
  let laterals = ''
  const tallies: RowSql['tallies'][number][] = []
  // Subjects of a row are gathered once, however often the row is selected.
  let subjectsKnown = place.subjectsKnown
  const times = place.times * pageSizeOf(list.first, context.limits)
  const row = (selection: RowSelection): string => {
    const sql = place.row(selection, table, { subjectsKnown, times })
    subjectsKnown = true
    laterals += sql.laterals
    tallies.push(...sql.tallies)
    return sql.json
  }
  for (const entry of list.entries) {
    const name = context.writer.alias()
    if (entry.kind === 'nodes') columns.push({ name, json: row(entry.rows), edge: undefined })
    else if (entry.kind === 'edges') columns.push({ name, json: '', edge: edgeSql(list, entry.entries, row) })
  }
  if (!subjectsKnown) row({ model: list.model, entries: [] })
  return { columns, laterals, tallies }
}

function edgeSql(
  list: ListSelection,
  entries: readonly EdgeEntry[],
  row: (selection: RowSelection) => string,
): (cursor: string) => string {
  const parts = entries.map((entry): readonly [string, JsonSql | undefined] => {
    if (entry.kind === 'node') return [entry.key, { kind: 'expression', sql: row(entry.rows) }]
    return [entry.key, entry.kind === 'typename' ? nameOf(`${list.model.name}Edge`) : undefined]
  })
  return (cursor) => objectSql(parts.map(([key, value]) => [key, value ?? quotedOf(cursor)]))
}
