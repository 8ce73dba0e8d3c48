import type { ListSelection } from '../plan/selection.ts'
import { conditionSql, governedSql } from './condition-sql.ts'
import { connectionSql, needsOf } from './connection-sql.ts'
import type { RowAbove } from './implied-condition.ts'
import { joinSql } from './join-sql.ts'
import { outputsSql } from './list-outputs-sql.ts'
import { afterSql, cursorScope, orderColumns, orderSql, placeSql } from './order-sql.ts'
import { orderingSql } from './ordering-sql.ts'
import { pageSql, whereSql } from './page-sql.ts'
import type { ReadContext, RowPlace, RowsOf } from './read-context.ts'
import { type NamedTally, quote, TableAlias, tableSql } from './sql-writer.ts'

export interface ListPlace extends RowPlace {
  /** The row that the rows hang on; undefined at the root. */
  readonly above: (RowAbove & { readonly alias: TableAlias }) | undefined
  readonly row: RowsOf
}

export interface ListSql {
  /** One row: the connection as JSON `j`, then its tallies. */
  readonly sql: string
  readonly tallies: readonly NamedTally[]
}

/**
 * A Relay connection as one row of SQL, in three steps from the inside out: the page (filter, order, limit, only the
 * columns that are needed), the rows (each as JSON, with what hangs on them), the connection (aggregated, tallied). What the
 * page is in order by goes along through the joins, and PostgreSQL sees that it need not sort again; or the rows are numbered.
 */
export function listSql(context: ReadContext, list: ListSelection, place: ListPlace): ListSql {
  const { writer } = context
  const needs = needsOf(list.entries)
  const total = needs.total ? totalSql(context, list, place) : ''
  const order = orderColumns(writer, list)
  if (!needs.rows) {
    if (list.after)
      writer.unusedCursors.push({ after: list.after, scope: cursorScope(list, order), parts: order.length })
    return { sql: `SELECT ${connectionSql({ list, columns: [], total, order: '' })} AS j`, tallies: [] }
  }

  const table = new TableAlias(writer.alias())
  const outputs = outputsSql(context, list, table, place)
  const cursor = needs.cursor
    ? cursorSql(context, cursorScope(list, order), placeSql(order, table))
    : undefined
  const edges = outputs.columns.map(({ name, edge, json }) => `${edge?.(cursor ?? '') ?? json} AS ${name}`)

  const ordering = orderingSql(context, order, table, needs, outputs.laterals !== '')
  const columns = [...table.used].map((column) => `${table.name}.${quote(column)}`)
  const pageSize = (extra: 0 | 1) => writer.pageSize({ first: list.first, extra })
  const page = pageSql({
    list,
    table,
    columns,
    conditions: conditionsSql(context, list, place, table),
    ranges: list.after ? afterSql(writer, list.after, cursorScope(list, order), order, table) : [],
    keys: order.map(({ expression }) => expression(table)),
    cut: `ORDER BY ${orderSql(order, table)} LIMIT ${pageSize(needs.more ? 1 : 0)}`,
  })

  const numbers = ['row_number() OVER () AS place', ...(needs.more ? ['count(*) OVER () AS page_rows'] : [])]
  const source = ordering.numbered
    ? `(SELECT ${[...columns, ...numbers].join(', ')} FROM (${page}) ${table.name})`
    : `(${page})`
  const cut = needs.more ? ` WHERE ${table.name}.place <= ${pageSize(0)}` : ''
  const rowColumns = [
    ...edges,
    ...(needs.ends && cursor ? [`${cursor} AS page_cursor`] : []),
    ...ordering.columns,
    ...(needs.more ? [`${table.name}.page_rows > ${pageSize(0)} AS page_more`] : []),
    ...outputs.tallies.map((t) => `${t.expression} AS ${t.column}`),
  ]
  const rows = `SELECT ${rowColumns.length > 0 ? rowColumns.join(', ') : '1'} FROM ${source} ${table.name}${outputs.laterals}${cut}`

  const count: NamedTally = { column: writer.alias(), tally: { kind: 'rows', model: list.model.name } }
  const tallied = outputs.tallies.map((t) => `${gatherSql(t)} AS ${t.column}`)
  const json = connectionSql({
    list,
    columns: outputs.columns.map((c) => c.name),
    total,
    order: ordering.sql,
  })
  return {
    sql: `SELECT ${[`${json} AS j`, `count(*) AS ${count.column}`, ...tallied].join(', ')} FROM (${rows}) page`,
    tallies: [count, ...outputs.tallies],
  }
}

function conditionsSql(
  context: ReadContext,
  list: ListSelection,
  place: ListPlace,
  table: TableAlias,
): string[] {
  return [
    ...(place.above ? [joinSql(place.above.join, place.above.alias, table)] : []),
    ...governedSql(context, list.model.name, table, place.above),
    ...(list.where ? [conditionSql(context, list.where, table)] : []),
  ]
}

function totalSql(context: ReadContext, list: ListSelection, place: ListPlace): string {
  const table = new TableAlias(context.writer.alias())
  const conditions = conditionsSql(context, list, place, table)
  return `(SELECT count(*) FROM ${tableSql(list.model.table)} ${table.name}${whereSql(conditions)})`
}

/** A cursor under a mark that no data can forge, with its scope's number; `readRoot` seals it once the statement has answered. */
function cursorSql({ writer }: ReadContext, scope: string, place: string): string {
  const number = writer.cursorScopes.push(scope) - 1
  const mark = writer.parameter({ kind: 'cursorMark' })
  return `${mark}::text || '${number}.' || encode(convert_to(${place}::text, 'UTF8'), 'hex')`
}

/** Gathers a tally of the rows of a page. */
function gatherSql({ column, tally }: NamedTally): string {
  return tally.kind === 'rows'
    ? `coalesce(sum(page.${column}), 0)`
    : `json_agg(page.${column}) FILTER (WHERE page.${column} IS NOT NULL)`
}
