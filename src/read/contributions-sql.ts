import type { Calculation } from '../policy/aggregates.ts'
import type { GroupSource } from './group-source.ts'
import type { MadeFrom } from './groupable.ts'
import { groupedSql } from './grouped-sql.ts'

/** What has to be known of some rows: a calculation and the column that it is made of. */
export type Part = readonly [calculation: Exclude<Calculation, 'avg'> | 'count', index: number]

/**
 * The rows of a table by key and data subject, so that whom a group is about is known without sorting all its rows: `k0…`, `s`,
 * `n` and a column for each part, such as `sum0`. First by what keys and subjects are made from: to make their text for each
 * row would take longer than all the rest.
 *
 * @param from `TABLE ALIAS WHERE …`
 */
export function contributionsSql(source: GroupSource, parts: readonly Part[], from: string): string {
  const { keys, values, subject } = source
  const stored: string[] = []
  const made = (value: MadeFrom): string =>
    value.made(value.stored.map((sql) => `i.v${stored.push(sql) - 1}`))
  const named = [
    ...keys.map((key, i) => [made(key), `k${i}`] as const),
    ...(subject ? [[made(subject), 's'] as const] : []),
  ]
  const names = stored.map((_, i) => `v${i}`)
  const rows = [...stored.map((sql, i) => `${sql} AS v${i}`), ...values.map((sql, i) => `${sql} AS c${i}`)]
  const perStored = groupedSql(
    [...names, 'count(*) AS n', ...parts.map(([part, i]) => `${part}(c${i}) AS ${part}${i}`)],
    `(SELECT ${rows.join(', ') || '1'} FROM ${from}) r`,
    names,
  )
  const columns = [
    ...named.map(([sql, name]) => `(${sql}) COLLATE "C" AS ${name}`),
    'i.n',
    ...parts.map(([part, i]) => `i.${part}${i}`),
  ]
  const by = named.map(([, name]) => name)
  return groupedSql(
    [...by, 'sum(n) AS n', ...parts.map(([part, i]) => `${WHOLE[part]}(${part}${i}) AS ${part}${i}`)],
    `(SELECT ${columns.join(', ')} FROM (${perStored}) i) i`,
    by,
  )
}

/** What makes the figure of all rows out of those of some. */
const WHOLE: Readonly<Record<Part[0], string>> = { sum: 'sum', count: 'sum', min: 'min', max: 'max' }
