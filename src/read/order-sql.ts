import type { ListSelection, Value } from '../plan/plan.ts'
import type { SqlWriter, TableAlias } from './sql-writer.ts'

/** One column of a total order: what was asked for, then the key. */
export interface OrderColumn {
  readonly column: string
  readonly sqlType: string
  readonly descending: boolean
  readonly nullable: boolean
}

export function orderColumns(list: ListSelection): readonly OrderColumn[] {
  const asked: OrderColumn[] = []
  for (const { field, descending } of list.order)
    if (!asked.some((known) => known.column === field.column))
      asked.push({ column: field.column, sqlType: field.sqlType, descending, nullable: !field.nonNull })
  const isKey = (column: string) => list.model.key.some((part) => part.column === column)
  const tie = list.model.key
    .filter((part) => !asked.some((known) => known.column === part.column))
    .map((part) => ({ column: part.column, sqlType: part.sqlType, descending: false, nullable: false }))
  return [...asked.map((term) => (isKey(term.column) ? { ...term, nullable: false } : term)), ...tie]
}

/** PostgreSQL's default places nulls last in ascending and first in descending order; `afterSql` relies on it. */
export function orderSql(order: readonly OrderColumn[], table: TableAlias): string {
  return order
    .map(({ column, descending }) => `${table.column(column)}${descending ? ' DESC' : ''}`)
    .join(', ')
}

/** What a cursor is bound to besides the purpose: it serves for one model in one order only. */
export function cursorScope(list: ListSelection, order: readonly OrderColumn[]): string {
  return `${list.model.name}:${order.map(({ column, descending }) => `${column}${descending ? '-' : '+'}`).join()}`
}

/** The place of a row as a JSON array of texts; sealed outside the database before it leaves. */
export function placeSql(order: readonly OrderColumn[], table: TableAlias): string {
  return `json_build_array(${order.map(({ column }) => `${table.column(column)}::text`).join(', ')})`
}

/** Rows that stand after a cursor's place in the order. */
export function afterSql(
  writer: SqlWriter,
  after: Value,
  scope: string,
  order: readonly OrderColumn[],
  table: TableAlias,
): string {
  const places = order.map(({ sqlType }, index) => {
    const parameter = writer.parameter({ kind: 'cursorPart', after, scope, index, parts: order.length })
    return `${parameter}::${sqlType}`
  })
  const columns = order.map(({ column }) => table.column(column))
  const uniform = order.every((term) => !term.nullable && term.descending === order[0]?.descending)
  if (uniform) return `(${columns.join(', ')}) ${order[0]?.descending ? '<' : '>'} (${places.join(', ')})`
  const alternatives = order.map((term, i) => {
    const before = order.slice(0, i).map((_, j) => `${columns[j]} IS NOT DISTINCT FROM ${places[j]}`)
    return [...before, beyondSql(term, columns[i] ?? '', places[i] ?? '')].join(' AND ')
  })
  return `((${alternatives.join(') OR (')}))`
}

function beyondSql({ descending, nullable }: OrderColumn, column: string, place: string): string {
  if (!nullable) return `${column} ${descending ? '<' : '>'} ${place}`
  return descending
    ? `(${column} < ${place} OR (${column} IS NOT NULL AND ${place} IS NULL))`
    : `(${column} > ${place} OR (${column} IS NULL AND ${place} IS NOT NULL))`
}
