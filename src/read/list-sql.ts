import { pageSizeOf } from '../plan/page-sizes.ts'
import type { EdgeEntry, ListSelection, RowSelection } from '../plan/selection.ts'
import { conditionSql, governedSql } from './condition-sql.ts'
import { connectionSql, type Needs, needsOf } from './connection-sql.ts'
import type { RowAbove } from './implied-condition.ts'
import { joinSql } from './join-sql.ts'
import { type JsonSql, nameOf, objectSql, quotedOf } from './json-sql.ts'
import {
  afterSql,
  cursorScope,
  isComputed,
  type OrderColumn,
  orderColumns,
  orderSql,
  placeSql,
} from './order-sql.ts'
import type { ReadContext, RowPlace, RowSql, RowsOf } from './read-context.ts'
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

/** What keeps a page in its order while its rows are joined. */
interface Ordering {
  /** The rows have numbers, called `place`. */
  readonly numbered: boolean
  /** What of each row the order goes by. */
  readonly columns: readonly string[]
  /** Of rows called `page`; with a leading space, or empty where they come in order. */
  readonly sql: string
}

function orderingSql(
  { writer }: ReadContext,
  order: readonly OrderColumn[],
  table: TableAlias,
  { more, ends }: Needs,
  joined: boolean,
): Ordering {
  const numbered = more || ends || (joined && order.some(isComputed))
  if (numbered) return { numbered, columns: [`${table.name}.place`], sql: ' ORDER BY page.place' }
  if (!joined) return { numbered, columns: [], sql: '' }
  const terms = order.map((term) => ({ ...term, name: writer.alias() }))
  return {
    numbered,
    columns: terms.map(({ expression, name }) => `${expression(table)} AS ${name}`),
    sql: ` ORDER BY ${terms.map(({ name, descending }) => `page.${name}${descending ? ' DESC' : ''}`).join(', ')}`,
  }
}

interface Page {
  readonly list: ListSelection
  readonly table: TableAlias
  /** What is selected of each row. */
  readonly columns: readonly string[]
  readonly conditions: readonly string[]
  /** As `afterSql` has them. */
  readonly ranges: readonly string[]
  /** What the order goes by. */
  readonly keys: readonly string[]
  /** The order, and how many. */
  readonly cut: string
}

/** The rows of a page, in order. */
function pageSql({ list, table, columns, conditions, ranges, keys, cut }: Page): string {
  const from = (selected: readonly string[], all: readonly string[]): string =>
    `SELECT ${selected.join(', ')} FROM ${tableSql(list.model.table)} ${table.name}${whereSql(all)} ${cut}`
  if (ranges.length <= 1) return from(columns, [...conditions, ...ranges])
  const ordered = new Set([...columns, ...keys])
  const parts = ranges.map((range) => `(${from([...ordered], [...conditions, range])})`)
  return `SELECT ${columns.join(', ')} FROM (${parts.join(' UNION ALL ')}) ${table.name} ${cut}`
}

const whereSql = (conditions: readonly string[]): string =>
  conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''

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

interface Output {
  /** Column of the row that `nodes` or `edges` aggregates. */
  readonly name: string
  readonly json: string
  readonly edge: ((cursor: string) => string) | undefined
}

function outputsSql(
  context: ReadContext,
  list: ListSelection,
  table: TableAlias,
  place: ListPlace,
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

/** Gathers a tally of the rows of a page. */
function gatherSql({ column, tally }: NamedTally): string {
  return tally.kind === 'rows'
    ? `coalesce(sum(page.${column}), 0)`
    : `json_agg(page.${column}) FILTER (WHERE page.${column} IS NOT NULL)`
}
