import type { ListSelection } from '../plan/selection.ts'
import { type TableAlias, tableSql } from './sql-writer.ts'

export interface Page {
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
export function pageSql({ list, table, columns, conditions, ranges, keys, cut }: Page): string {
  const from = (selected: readonly string[], all: readonly string[]): string =>
    `SELECT ${selected.join(', ')} FROM ${tableSql(list.model.table)} ${table.name}${whereSql(all)} ${cut}`
  if (ranges.length <= 1) return from(columns, [...conditions, ...ranges])
  const ordered = new Set([...columns, ...keys])
  const parts = ranges.map((range) => `(${from([...ordered], [...conditions, range])})`)
  return `SELECT ${columns.join(', ')} FROM (${parts.join(' UNION ALL ')}) ${table.name} ${cut}`
}

/** With a leading space, or empty. */
export const whereSql = (conditions: readonly string[]): string =>
  conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
