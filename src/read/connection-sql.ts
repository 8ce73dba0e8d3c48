import type { ListEntry, ListSelection, PageInfoEntry } from '../plan/selection.ts'
import { arraySql, bareOf, type JsonSql, nameOf, objectSql, quotedOf } from './json-sql.ts'

/** What a connection has to read for what is selected of it. */
export interface Needs {
  rows: boolean
  total: boolean
  /** Cursors of any kind. */
  cursor: boolean
  /** The cursors at both ends of the page. */
  ends: boolean
  /** Whether more rows follow. */
  more: boolean
}

export function needsOf(entries: readonly ListEntry[]): Needs {
  const needs: Needs = { rows: false, total: false, cursor: false, ends: false, more: false }
  for (const entry of entries) {
    if (entry.kind === 'totalCount') needs.total = true
    if (entry.kind === 'nodes' || entry.kind === 'edges') needs.rows = true
    if (entry.kind === 'edges' && entry.entries.some((part) => part.kind === 'cursor')) needs.cursor = true
    if (entry.kind === 'pageInfo')
      for (const part of entry.entries) {
        if (part.kind === 'hasNextPage') needs.rows = needs.more = true
        if (part.kind === 'startCursor' || part.kind === 'endCursor')
          needs.rows = needs.cursor = needs.ends = true
      }
  }
  return needs
}

/** What `connectionSql` puts together; all but `list` are SQL. */
export interface ConnectionParts {
  readonly list: ListSelection
  /** Columns of the rows, one for each `nodes` and `edges`, in order. */
  readonly columns: readonly string[]
  readonly total: string
  /** How the rows are ordered when they are joined; with a leading space, or empty where they come in order. */
  readonly order: string
}

/** A connection as the text of a JSON object, over rows called `page`. */
export function connectionSql({ list, columns, total, order }: ConnectionParts): string {
  const remaining = [...columns]
  const entrySql = (entry: ListEntry): JsonSql => {
    switch (entry.kind) {
      case 'typename':
        return nameOf(`${list.model.name}Connection`)
      case 'totalCount':
        return bareOf(total)
      case 'pageInfo': {
        const sql = objectSql(entry.entries.map((part) => [part.key, pageInfoSql(list, part)]))
        return { kind: 'expression', sql }
      }
      case 'nodes':
      case 'edges':
        return { kind: 'expression', sql: arraySql(`page.${remaining.shift()}`, order) }
    }
  }
  return objectSql(list.entries.map((entry) => [entry.key, entrySql(entry)]))
}

function pageInfoSql(list: ListSelection, part: PageInfoEntry): JsonSql {
  switch (part.kind) {
    case 'typename':
      return nameOf('PageInfo')
    case 'hasPreviousPage':
      return { kind: 'constant', json: list.after ? 'true' : 'false' }
    case 'hasNextPage':
      return bareOf('coalesce(bool_or(page.page_more), false)')
    case 'startCursor':
      return quotedOf('(array_agg(page.page_cursor ORDER BY page.place))[1]')
    case 'endCursor':
      return quotedOf('(array_agg(page.page_cursor ORDER BY page.place DESC))[1]')
  }
}
