import type { AggregateEntry, AggregateSelection, CalculatedEntry } from '../plan/aggregate-selection.ts'
import { aggregateNames } from '../policy/aggregates.ts'
import { conditionSql, governedSql } from './condition-sql.ts'
import { exactGroupsSql } from './exact-groups-sql.ts'
import { type GroupFigures, type GroupSource, sourceOf } from './group-source.ts'
import { arraySql, type JsonSql, NULL, nameOf, objectSql } from './json-sql.ts'
import { protectedGroupsSql } from './protected-groups-sql.ts'
import type { ReadContext } from './read-context.ts'
import { type NamedTally, TableAlias, tableSql } from './sql-writer.ts'

/**
 * The groups of an aggregate as one row of SQL: their JSON in the order of their keys, then how many there are, then (for
 * a purpose that is served rows) whom the small ones are about. One group more than may be served is read, to tell.
 */
export function aggregateSql(
  context: ReadContext,
  aggregate: AggregateSelection,
): { readonly sql: string; readonly tallies: readonly NamedTally[] } {
  const { writer } = context
  const { model, where, groupBy, groups } = aggregate
  const table = new TableAlias(writer.alias())
  const source = sourceOf(context, aggregate, table)
  const conditions = [
    ...governedSql(context, model.name, table),
    ...(where ? [conditionSql(context, where, table)] : []),
  ]
  const from = `${tableSql(model.table)} ${table.name}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`
  const figures = groups
    ? protectedGroupsSql(writer, aggregate, groups, source, from)
    : exactGroupsSql(context, aggregate, source, from)

  const json = objectSql(
    aggregate.entries.map((entry) => [entry.key, entrySql(aggregate, entry, source, figures)]),
  )
  const order = groupBy.map((_, i) => `g.k${i} COLLATE "C"`)
  const ordered = ['g.remainder', ...order].join(', ')
  const count: NamedTally = {
    column: writer.alias(),
    tally: { kind: 'rows', model: aggregateNames(model.name).group },
  }
  const columns = [`${arraySql(json, ` ORDER BY ${ordered}`)} AS j`, `count(*) AS ${count.column}`]
  const tallies = [count]
  if (!groups && model.subject) {
    const subjects: NamedTally = {
      column: writer.alias(),
      tally: { kind: 'subjects', model: model.subject.model },
    }
    columns.push(`json_agg(g.subjects) FILTER (WHERE g.subjects IS NOT NULL) AS ${subjects.column}`)
    tallies.push(subjects)
  }
  const most = writer.parameter({ kind: 'mostGroups' })
  return {
    sql: `SELECT ${columns.join(', ')} FROM (${figures.sql} LIMIT ${most}::integer + 1) g`,
    tallies,
  }
}

function entrySql(
  { model, groups }: AggregateSelection,
  entry: AggregateEntry,
  source: GroupSource,
  figures: GroupFigures,
): JsonSql {
  const names = aggregateNames(model.name)
  switch (entry.kind) {
    case 'typename':
      return nameOf(names.group)
    case 'blocked':
      return NULL
    case 'count':
      return figures.count
    case 'remainder':
      return groups ? { kind: 'expression', sql: 'g.remainder::text' } : { kind: 'constant', json: 'false' }
    case 'key': {
      const json = objectSql(
        entry.entries.map((part) => [
          part.key,
          part.kind === 'typename' ? nameOf(names.key) : { kind: 'expression', sql: `g.k${part.index}` },
        ]),
      )
      return { kind: 'expression', sql: groups ? `CASE WHEN g.remainder THEN 'null' ELSE ${json} END` : json }
    }
    case 'calculation': {
      const partSql = (part: CalculatedEntry): JsonSql => {
        if (part.kind === 'calculated')
          return figures.calculated(entry.calculation, part.field, source.indexOf(part.field))
        return part.kind === 'blocked' ? NULL : nameOf(names[entry.calculation])
      }
      return { kind: 'expression', sql: objectSql(entry.entries.map((part) => [part.key, partSql(part)])) }
    }
  }
}
