import type { AggregateEntry, AggregateSelection } from '../plan/aggregate-selection.ts'
import type { Calculation } from '../policy/aggregates.ts'
import { averageSql } from './average-sql.ts'
import { contributionsSql, type Part } from './contributions-sql.ts'
import type { GroupFigures, GroupSource } from './group-source.ts'
import { groupedSql } from './grouped-sql.ts'
import { bareOf, jsonOf, quotedOf } from './json-sql.ts'
import type { ReadContext } from './read-context.ts'
import { scalarSql } from './scalar-sql.ts'

/**
 * A figure about so few is about each of them, and the record names them; a larger group hides who is in it, and need not
 * be listed. docs/audit.md.
 */
const NAMED_AT_MOST = 10

/** Groups for a purpose that is served rows: every group, exact, and whom the small ones are about. */
export function exactGroupsSql(
  { writer, enums }: ReadContext,
  { groupBy, model, entries }: AggregateSelection,
  source: GroupSource,
  from: string,
): GroupFigures {
  const keys = groupBy.map((_, i) => `k${i}`)
  const calculated = calculationsOf(entries, source)
  // In no order: the record sorts what it holds, and an order here would sort everybody in every group.
  const few = `CASE WHEN count(p.s) <= ${NAMED_AT_MOST} THEN json_agg(p.s) FILTER (WHERE p.s IS NOT NULL) END`
  const groups = groupedSql(
    [
      ...keys.map((key) => `p.${key}`),
      'false AS remainder',
      'coalesce(sum(p.n), 0) AS n',
      ...(model.subject ? [`${few} AS subjects`] : []),
      ...calculated.map(([calculation, i]) => `${wholeSql(calculation, i, source)} AS ${calculation}${i}`),
    ],
    `(${contributionsSql(source, partsOf(calculated), from)}) p`,
    keys.map((key) => `p.${key}`),
  )
  return {
    sql: groups,
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

/** What has to be known of each data subject. */
function partsOf(calculated: readonly (readonly [Calculation, number])[]): readonly Part[] {
  const parts = calculated.flatMap(([calculation, i]): Part[] =>
    calculation === 'avg'
      ? [
          ['sum', i],
          ['count', i],
        ]
      : [[calculation, i]],
  )
  return parts.filter(
    ([part, i], at) => parts.findIndex((other) => other[0] === part && other[1] === i) === at,
  )
}

/** A figure of a whole group, out of what is known of each data subject in it. */
function wholeSql(calculation: Calculation, index: number, { fields }: GroupSource): string {
  if (calculation !== 'avg') return `${calculation}(p.${calculation}${index})`
  const [sum, values] = [`sum(p.sum${index})`, `nullif(sum(p.count${index}), 0)`]
  return fields[index]?.type === 'Float' ? `${sum} / ${values}` : averageSql(sum, values)
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
