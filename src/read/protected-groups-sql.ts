import { invariant } from '../invariant.ts'
import type { AggregateSelection } from '../plan/aggregate-selection.ts'
import type { GroupRule } from '../policy/purpose.ts'
import { averageSql } from './average-sql.ts'
import { contributionsSql, type Part } from './contributions-sql.ts'
import type { GroupFigures, GroupSource } from './group-source.ts'
import { groupedSql } from './grouped-sql.ts'
import { bareOf, jsonOf, quotedOf } from './json-sql.ts'
import { drawSql, noisySql } from './noise-sql.ts'
import type { SqlWriter } from './sql-writer.ts'

/** One figure of a group, by what each data subject contributes to it; its largest contribution is in `…_most`. */
interface Measure {
  /** `n` the rows; `v0…` the sum of a field's values; `m0…` the rows that have a value in it. */
  readonly column: string
  /** As it stands in the noise. */
  readonly name: string
  /** Of the rows of one data subject; undefined: how many there are. */
  readonly part: Part | undefined
  /** Of a field that may be null: how many data subjects have a value has a column of this name. */
  readonly having: string | undefined
}

/**
 * Groups for a purpose that is served nothing else, from the inside out: what each data subject contributes to each group;
 * groups of too few folded into one remainder; what each data subject contributes to what is left; figures, of those that
 * have enough data subjects; noise. Rows about nobody do not count.
 *
 * INVARIANT (smallest group): every figure comes out of `HAVING count(DISTINCT s) >= smallest`, and the sum of a field that
 * may be null besides counts the data subjects that have a value: five customers of whom one has a value are one.
 */
export function protectedGroupsSql(
  writer: SqlWriter,
  { groupBy, model }: AggregateSelection,
  { smallest, noise }: GroupRule,
  source: GroupSource,
  from: string,
): GroupFigures {
  const keys = groupBy.map((_, i) => `k${i}`)
  const by = (alias: string) => keys.map((key) => `${alias}.${key}`)
  const measures = measuresOf(source)

  const parts = measures.flatMap(({ part }) => (part ? [part] : []))
  const perGroup = `SELECT ${[
    ...by('r'),
    'r.s',
    `count(*) OVER (${keys.length > 0 ? `PARTITION BY ${by('r').join(', ')}` : ''}) < ${smallest} AS small`,
    ...measures.map(({ column, part }) => `r.${part?.join('') ?? 'n'} AS ${column}`),
  ].join(', ')} FROM (${contributionsSql(source, parts, from)}) r WHERE r.s IS NOT NULL`
  // Only what is folded can have more than one row of a data subject.
  const whole = [...by('p'), 'false AS remainder', 'p.s', ...measures.map(({ column }) => `p.${column}`)]
  const folded = groupedSql(
    [...keys.map(() => 'NULL'), 'true', 'p.s', ...measures.map(({ column }) => `sum(p.${column})`)],
    'p WHERE p.small',
    ['p.s'],
  )
  // Only what is folded can have more than one row of a data subject.
  const perSubject = `WITH p AS (${perGroup}) SELECT ${whole.join(', ')} FROM p WHERE NOT p.small UNION ALL ${folded}`
  const figures = measures.flatMap(({ column, having }) => {
    const sum = `sum(f.${column})`
    const enough = having && `count(DISTINCT f.s) FILTER (WHERE f.${having} > 0) >= ${smallest}`
    return [
      `${enough === undefined ? sum : `CASE WHEN ${enough} THEN ${sum} END`} AS ${column}`,
      ...(noise > 0 ? [`max(abs(f.${column})) AS ${column}_most`] : []),
    ]
  })
  const who = `string_agg(sha256(convert_to(f.s, 'UTF8')), ''::bytea ORDER BY f.s COLLATE "C") AS who`
  const large = `${groupedSql(
    [...by('f'), 'f.remainder', ...figures, ...(noise > 0 ? [who] : [])],
    `(${perSubject}) f`,
    [...by('f'), 'f.remainder'],
  )} HAVING count(DISTINCT f.s) >= ${smallest}`
  if (noise === 0) return { sql: large, ...publishedOf }

  const draws = measures.map(
    ({ column, name }) => `${drawSql(writer, `${model.name} ${name}`, `h.${column}`)} AS ${column}_draw`,
  )
  const drawn = `SELECT h.*, ${draws.join(', ')} FROM (${large}) h`
  const noisy = measures.map(
    ({ column }) => `${noisySql(noise, `d.${column}`, `d.${column}_most`, `d.${column}_draw`)} AS ${column}`,
  )
  return {
    sql: `SELECT ${[...by('d'), 'd.remainder', ...noisy].join(', ')} FROM (${drawn}) d`,
    ...publishedOf,
  }
}

function measuresOf({ fields }: GroupSource): readonly Measure[] {
  const rows: Measure = { column: 'n', name: 'count', part: undefined, having: undefined }
  return [
    rows,
    ...fields.flatMap((field, i): Measure[] => {
      const value = { column: `v${i}`, name: `sum ${field.name}`, part: ['sum', i] as const }
      if (field.nonNull) return [{ ...value, having: undefined }]
      const present = { column: `m${i}`, name: `count ${field.name}`, part: ['count', i] as const }
      return [
        { ...value, having: present.column },
        { ...present, having: undefined },
      ]
    }),
  ]
}

/** An average is made of what is published, so it tells nothing more. */
const publishedOf: Pick<GroupFigures, 'count' | 'calculated'> = {
  count: bareOf('g.n'),
  calculated(calculation, field, index) {
    invariant(calculation === 'sum' || calculation === 'avg', 'the least and the most are refused to groups')
    const rows = field.nonNull ? 'g.n' : `g.m${index}`
    const value =
      calculation === 'sum'
        ? `g.v${index}`
        : `CASE WHEN ${rows} > 0 THEN ${averageSql(`g.v${index}`, rows)} END`
    return field.type === 'Float' ? jsonOf(`(${value})::float8`) : quotedOf(`(${value})::text`)
  },
}
