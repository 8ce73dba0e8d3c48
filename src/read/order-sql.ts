import type { Value } from '../plan/condition.ts'
import type { ListSelection } from '../plan/selection.ts'
import type { SqlWriter, TableAlias } from './sql-writer.ts'

/** Stands for a key that may not be read, where an order is named. */
export const HIDDEN_KEY = '#'

/** One term of a total order: what was asked for, then the key. */
export interface OrderColumn {
  /** A column; or what stands for all parts of a key that may not be read. */
  readonly column: string
  readonly sqlType: string
  readonly descending: boolean
  readonly nullable: boolean
  readonly expression: (table: TableAlias) => string
}

export function orderColumns(writer: SqlWriter, list: ListSelection): readonly OrderColumn[] {
  const asked: OrderColumn[] = []
  const isKey = (column: string) => list.model.key.some((part) => part.column === column)
  for (const { field, descending } of list.order)
    if (!asked.some((known) => known.column === field.column))
      asked.push({ ...term(field), descending, nullable: !field.nonNull && !isKey(field.column) })
  const rest = list.model.key.filter((part) => !asked.some((known) => known.column === part.column))
  if (list.keyReadable || rest.length === 0) return [...asked, ...rest.map(term)]
  return [...asked, hiddenKey(writer, list)]
}

/** Not a column, so that it costs something each time. */
export function isComputed({ column }: OrderColumn): boolean {
  return column === HIDDEN_KEY
}

function term({ column, sqlType }: { readonly column: string; readonly sqlType: string }): OrderColumn {
  return { column, sqlType, descending: false, nullable: false, expression: (table) => table.column(column) }
}

/**
 * The order of keys is what a pseudonym hides: were the customers listed by number, the tenth would be number ten. A hash
 * under the purpose's key of the period is as total, as stable from page to page, and says nothing. It sorts every row that matches.
 */
function hiddenKey(writer: SqlWriter, list: ListSelection): OrderColumn {
  const expression = (table: TableAlias): string => {
    // Here and not before: a parameter that the statement does not use has no type.
    const pad = writer.parameter({ kind: 'pseudonymPad', pad: 'inner' })
    const parts = list.model.key.map((part) => `${table.column(part.column)}::text`)
    return `sha256(${pad}::bytea || convert_to(json_build_array(${parts.join(', ')})::text, 'UTF8'))`
  }
  return { column: HIDDEN_KEY, sqlType: 'bytea', descending: false, nullable: false, expression }
}

/** PostgreSQL's default places nulls last in ascending and first in descending order; `afterSql` relies on it. */
export function orderSql(order: readonly OrderColumn[], table: TableAlias): string {
  return order
    .map(({ expression, descending }) => `${expression(table)}${descending ? ' DESC' : ''}`)
    .join(', ')
}

/** What a cursor is bound to besides the purpose: it serves for one model in one order only. */
export function cursorScope(list: ListSelection, order: readonly OrderColumn[]): string {
  return `${list.model.name}:${order.map(({ column, descending }) => `${column}${descending ? '-' : '+'}`).join()}`
}

/** The place of a row as a JSON array of texts; sealed outside the database before it leaves. */
export function placeSql(order: readonly OrderColumn[], table: TableAlias): string {
  return `json_build_array(${order.map(({ expression }) => `${expression(table)}::text`).join(', ')})`
}

/**
 * Rows that stand after a cursor's place in the order: of one condition, or of several, each of whose rows all stand before those
 * of the next.
 */
export function afterSql(
  writer: SqlWriter,
  after: Value,
  scope: string,
  order: readonly OrderColumn[],
  table: TableAlias,
): readonly string[] {
  const places = order.map(({ sqlType }, index) => {
    const parameter = writer.parameter({ kind: 'cursorPart', after, scope, index, parts: order.length })
    return `${parameter}::${sqlType}`
  })
  const columns = order.map(({ expression }) => expression(table))
  const withoutNulls = order.every((term) => !term.nullable)
  if (withoutNulls && order.every((term) => term.descending === order[0]?.descending))
    return [`(${columns.join(', ')}) ${order[0]?.descending ? '<' : '>'} (${places.join(', ')})`]
  // An index finds where each begins; in one condition they would be a filter, and all rows level with the place be read. No index
  // finds a hash, and it is no column to put them in order by.
  if (withoutNulls && !order.some(isComputed)) return order.map((term, i) => beyondAt(term, i, '=')).reverse()
  const beyond = `((${order.map((term, i) => beyondAt(term, i, 'IS NOT DISTINCT FROM')).join(') OR (')}))`
  const [first] = order
  if (first === undefined || first.nullable) return [beyond]
  // Follows from the alternatives, and unlike them lets an index begin at the place, not at an end of the whole list.
  return [`(${columns[0]} ${first.descending ? '<=' : '>='} ${places[0]} AND ${beyond})`]

  /** Level with the place in all terms before this one, and beyond it in this one. */
  function beyondAt(term: OrderColumn, i: number, level: string): string {
    const before = order.slice(0, i).map((_, j) => `${columns[j]} ${level} ${places[j]}`)
    return [...before, beyondSql(term, columns[i] ?? '', places[i] ?? '')].join(' AND ')
  }
}

function beyondSql({ descending, nullable }: OrderColumn, column: string, place: string): string {
  if (!nullable) return `${column} ${descending ? '<' : '>'} ${place}`
  return descending
    ? `(${column} < ${place} OR (${column} IS NOT NULL AND ${place} IS NULL))`
    : `(${column} > ${place} OR (${column} IS NULL AND ${place} IS NOT NULL))`
}
