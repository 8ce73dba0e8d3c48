import type { Needs } from './connection-sql.ts'
import { isComputed, type OrderColumn } from './order-sql.ts'
import type { ReadContext } from './read-context.ts'
import type { TableAlias } from './sql-writer.ts'

/** What keeps a page in its order while its rows are joined. */
export interface Ordering {
  /** The rows have numbers, called `place`. */
  readonly numbered: boolean
  /** What of each row the order goes by. */
  readonly columns: readonly string[]
  /** Of rows called `page`; with a leading space, or empty where they come in order. */
  readonly sql: string
}

export function orderingSql(
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
