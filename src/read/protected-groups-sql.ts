import { invariant } from '../invariant.ts'
import type { AggregateSelection } from '../plan/plan.ts'
import type { GroupRule } from '../policy/policy.ts'
import { AVERAGE_DIGITS } from './exact-groups-sql.ts'
import type { GroupFigures, GroupSource } from './group-source.ts'
import { bareOf, jsonOf, quotedOf } from './json-sql.ts'
import { drawSql, noisySql } from './noise-sql.ts'
import type { ReadContext } from './read-context.ts'

/**
 * Groups for a purpose that is served nothing else, from the inside out: what each data subject contributes to each group;
 * groups of too few folded into one remainder; what each data subject contributes to what is left; figures, of those that
 * have enough data subjects; noise. Rows about nobody do not count.
 *
 * INVARIANT (smallest group): every figure comes out of `HAVING count(DISTINCT s) >= smallest`, and the calculations of a
 * field besides count the data subjects that have a value in it, because five customers of whom one has a value are one.
 */
export function protectedGroupsSql(
  context: ReadContext,
  aggregate: AggregateSelection,
  groups: GroupRule,
  source: GroupSource,
  rows: string,
): GroupFigures {
  const { groupBy } = aggregate
  const keys = groupBy.map((_, i) => `k${i}`)
  const { fields } = source
  const by = (alias: string) => keys.map((key) => `${alias}.${key}`)
  const each = (make: (i: number) => readonly string[]) => fields.flatMap((_, i) => make(i))

  const partition = keys.length > 0 ? `PARTITION BY ${by('r').join(', ')}` : ''
  const contributions = [
    ...by('r'),
    'r.s',
    `count(*) OVER (${partition}) < ${groups.smallest} AS small`,
    'count(*) AS n',
    ...each((i) => [`sum(r.c${i}) AS v${i}`, `count(r.c${i}) AS m${i}`]),
  ]
  const perGroup = `SELECT ${contributions.join(', ')} FROM (${rows}) r WHERE r.s IS NOT NULL GROUP BY ${[...by('r'), 'r.s'].join(', ')}`

  const folded = [
    'p.small AS remainder',
    ...keys.map((key) => `CASE WHEN p.small THEN NULL ELSE p.${key} END AS ${key}`),
    'p.s',
    'sum(p.n) AS n',
    ...each((i) => [`sum(p.v${i}) AS v${i}`, `sum(p.m${i}) AS m${i}`]),
  ]
  const perSubject = `SELECT ${folded.join(', ')} FROM (${perGroup}) p GROUP BY ${['p.small', ...keys.map((_, i) => String(i + 2)), 'p.s'].join(', ')}`

  const enough = (i: number) => `count(DISTINCT f.s) FILTER (WHERE f.m${i} > 0) >= ${groups.smallest}`
  const figures = [
    'f.remainder',
    ...by('f'),
    'sum(f.n) AS n',
    'max(f.n) AS n_most',
    ...(groups.noise > 0
      ? [`string_agg(sha256(convert_to(f.s, 'UTF8')), ''::bytea ORDER BY f.s COLLATE "C") AS who`]
      : []),
    ...each((i) => [
      `CASE WHEN ${enough(i)} THEN sum(f.v${i}) END AS v${i}`,
      `max(abs(f.v${i})) AS v${i}_most`,
      `sum(f.m${i}) AS m${i}`,
      `max(f.m${i}) AS m${i}_most`,
    ]),
  ]
  const large = `SELECT ${figures.join(', ')} FROM (${perSubject}) f GROUP BY ${['f.remainder', ...by('f')].join(', ')} HAVING count(DISTINCT f.s) >= ${groups.smallest}`
  return publishedSql(context, aggregate, groups, source, large)
}

/** The figures as they are published: with noise, where the purpose has any. An average is made of what is published. */
function publishedSql(
  { writer }: ReadContext,
  { model, groupBy }: AggregateSelection,
  { noise }: GroupRule,
  { fields }: GroupSource,
  large: string,
): GroupFigures {
  const keys = groupBy.map((_, i) => `k${i}`)
  const measures = ['n', ...fields.flatMap((_, i) => [`v${i}`, `m${i}`])]
  const nameOf = (measure: string): string => {
    const field = fields[Number(measure.slice(1))]
    if (measure === 'n') return 'count'
    invariant(field, 'a measure is of a field')
    return `${measure.startsWith('v') ? 'sum' : 'count'} ${field.name}`
  }
  const kept = (alias: string) => ['remainder', ...keys].map((column) => `${alias}.${column}`)
  const draws = measures.map((m) => `${drawSql(writer, model.name, nameOf(m), `h.${m}`)} AS ${m}_draw`)
  const sql =
    noise === 0
      ? large
      : `SELECT ${[...kept('d'), ...measures.map((m) => `${noisySql(noise, `d.${m}`, `d.${m}_most`, `d.${m}_draw`)} AS ${m}`)].join(', ')} FROM (SELECT h.*, ${draws.join(', ')} FROM (${large}) h) d`
  return {
    sql,
    count: bareOf('g.n'),
    calculated(calculation, field, index) {
      invariant(
        calculation === 'sum' || calculation === 'avg',
        'the least and the most are refused to groups',
      )
      const number = field.type === 'Float' ? (sql: string) => jsonOf(`(${sql})::float8`) : quotedOf
      const text = field.type === 'Float' ? '' : '::text'
      if (calculation === 'sum') return number(`g.v${index}${text}`)
      const rows = field.nonNull ? 'g.n' : `g.m${index}`
      return number(
        `CASE WHEN ${rows} > 0 THEN trim_scale(round(g.v${index} / ${rows}, ${AVERAGE_DIGITS}))${text} END`,
      )
    },
  }
}
