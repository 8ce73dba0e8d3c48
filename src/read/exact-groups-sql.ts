import type { AggregateSelection } from '../plan/plan.ts'
import type { GroupFigures, GroupSource } from './group-source.ts'
import { bareOf, jsonOf, quotedOf } from './json-sql.ts'
import type { ReadContext } from './read-context.ts'
import { scalarSql } from './scalar-sql.ts'

/**
 * A figure about so few is about each of them, and the record names them; a larger group hides who is in it, and need not
 * be listed. docs/audit.md.
 */
const NAMED_AT_MOST = 10

/** Digits after the point of an average. */
export const AVERAGE_DIGITS = 6

/** Groups for a purpose that is served rows: every group, exact. */
export function exactGroupsSql(
  { writer, enums }: ReadContext,
  { groupBy, model }: AggregateSelection,
  { fields }: GroupSource,
  rows: string,
): GroupFigures {
  const keys = groupBy.map((_, i) => `r.k${i}`)
  const columns = [
    ...keys,
    'false AS remainder',
    'count(*) AS n',
    ...(model.subject
      ? [`CASE WHEN count(DISTINCT r.s) <= ${NAMED_AT_MOST} THEN json_agg(DISTINCT r.s) END AS subjects`]
      : []),
    ...fields.flatMap((field, i) => [
      ...(field.type === 'Date' || field.type === 'DateTime'
        ? []
        : [`sum(r.c${i}) AS sum${i}`, `avg(r.c${i}) AS avg${i}`]),
      `min(r.c${i}) AS min${i}`,
      `max(r.c${i}) AS max${i}`,
    ]),
  ]
  const by = keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : ''
  return {
    sql: `SELECT ${columns.join(', ')} FROM (${rows}) r${by}`,
    count: bareOf('g.n'),
    calculated(calculation, field, index) {
      const column = `g.${calculation}${index}`
      if (calculation === 'min' || calculation === 'max')
        return scalarSql(writer, field, 'AS_IS', column, enums)
      if (field.type === 'Float') return jsonOf(column)
      return quotedOf(
        calculation === 'sum' ? `${column}::text` : `trim_scale(round(${column}, ${AVERAGE_DIGITS}))::text`,
      )
    },
  }
}
