import type { AggregateEntry, AggregateSelection } from '../plan/plan.ts'
import type { Calculation } from '../policy/aggregates.ts'
import { averageSql } from './average-sql.ts'
import type { GroupFigures, GroupSource } from './group-source.ts'
import { bareOf, jsonOf, quotedOf } from './json-sql.ts'
import type { ReadContext } from './read-context.ts'
import { scalarSql } from './scalar-sql.ts'

/**
 * A figure about so few is about each of them, and the record names them; a larger group hides who is in it, and need not
 * be listed. docs/audit.md.
 */
const NAMED_AT_MOST = 10

/** Groups for a purpose that is served rows: every group, exact. */
export function exactGroupsSql(
  { writer, enums }: ReadContext,
  { groupBy, model, entries }: AggregateSelection,
  source: GroupSource,
  rows: string,
): GroupFigures {
  const keys = groupBy.map((_, i) => `r.k${i}`)
  const calculated = calculationsOf(entries, source)
  const columns = [
    ...keys,
    'false AS remainder',
    'count(*) AS n',
    // Sorted once, and by bytes: the database's own order of texts costs several times as much.
    ...(model.subject ? ['array_agg(DISTINCT r.s COLLATE "C") FILTER (WHERE r.s IS NOT NULL) AS s'] : []),
    ...calculated.map(
      ([calculation, i]) => `${calculatedSql(calculation, `r.c${i}`, source, i)} AS ${calculation}${i}`,
    ),
  ]
  const by = keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : ''
  const groups = `SELECT ${columns.join(', ')} FROM (${rows}) r${by}`
  return {
    sql: model.subject
      ? `SELECT r.*, CASE WHEN cardinality(r.s) <= ${NAMED_AT_MOST} THEN to_json(r.s) END AS subjects FROM (${groups}) r`
      : groups,
    count: bareOf('g.n'),
    calculated(calculation, field, index) {
      const column = `g.${calculation}${index}`
      if (calculation === 'min' || calculation === 'max')
        return scalarSql(writer, { field, transform: 'AS_IS', step: undefined }, column, enums)
      if (field.type === 'Float') return jsonOf(column)
      return quotedOf(`${column}::text`)
    },
  }
}

function calculatedSql(
  calculation: Calculation,
  column: string,
  { fields }: GroupSource,
  index: number,
): string {
  if (calculation !== 'avg' || fields[index]?.type === 'Float') return `${calculation}(${column})`
  return averageSql(`sum(${column})`, `nullif(count(${column}), 0)`)
}

/** What is asked for, each once: a calculation and the column that it is made of. */
function calculationsOf(
  entries: readonly AggregateEntry[],
  source: GroupSource,
): readonly (readonly [Calculation, number])[] {
  const known = new Map<string, readonly [Calculation, number]>()
  for (const entry of entries)
    if (entry.kind === 'calculation')
      for (const part of entry.entries) {
        if (part.kind !== 'calculated') continue
        const index = source.indexOf(part.field)
        known.set(`${entry.calculation}${index}`, [entry.calculation, index])
      }
  return [...known.values()]
}
