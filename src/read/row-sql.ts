import type { RowEntry, RowSelection } from '../plan/selection.ts'
import type { RelationField } from '../policy/governed-model.ts'
import { governedSql } from './condition-sql.ts'
import type { RowAbove } from './implied-condition.ts'
import { joinSql } from './join-sql.ts'
import { type JsonSql, NULL, nameOf, objectSql, orNull, rowObjectSql } from './json-sql.ts'
import { listSql } from './list-sql.ts'
import type { ReadContext, RowPlace, RowSql } from './read-context.ts'
import { REDACTED, scalarSql } from './scalar-sql.ts'
import { type NamedTally, quote, TableAlias, tableSql } from './sql-writer.ts'
import { sameSubject, subjectKeySql } from './subject-sql.ts'

/** From so many rows on, what `rowObjectSql` saves for each is more than it costs once. */
const MANY = 16

/** The expressions that serve one row at `table`. */
export function rowSql(context: ReadContext, rows: RowSelection, table: TableAlias, place: RowPlace): RowSql {
  const laterals: string[] = []
  const tallies: RowSql['tallies'][number][] = []
  if (!place.subjectsKnown && rows.model.subject) {
    const expression = subjectKeySql(context.writer, rows.model, table)
    if (expression !== undefined)
      tallies.push({
        column: context.writer.alias(),
        expression,
        tally: { kind: 'subjects', model: rows.model.subject.model },
      })
  }
  const pairs = rows.entries.map((entry): readonly [string, JsonSql] => {
    if (entry.kind !== 'one' && entry.kind !== 'many')
      return [entry.key, leafSql(context, rows, entry, table)]
    const related = relatedSql(context, rows, entry, table, place.times)
    laterals.push(related.lateral)
    for (const named of related.tallies)
      tallies.push({ ...named, expression: `${related.alias}.${named.column}` })
    const json = `${related.alias}.j`
    return [entry.key, entry.kind === 'many' ? { kind: 'expression', sql: json } : orNull(json)]
  })
  const present = new Set(rows.entries.filter(isPresent).map(({ key }) => key))
  const json = place.times >= MANY ? rowObjectSql(pairs, present) : objectSql(pairs)
  return { json, laterals: laterals.join(''), tallies }
}

/** By the data model; the database may know better, and a label of an enum may be news to the data model. */
function isPresent(entry: RowEntry): boolean {
  return entry.kind === 'scalar' && entry.transform === 'AS_IS' && entry.field.nonNull
}

function leafSql(
  context: ReadContext,
  rows: RowSelection,
  entry: Exclude<RowEntry, { kind: 'one' | 'many' }>,
  table: TableAlias,
): JsonSql {
  switch (entry.kind) {
    case 'typename':
      return nameOf(rows.model.name)
    case 'blocked':
      return NULL
    case 'scalar':
      // Made from nothing, so the column stays out of the statement.
      return entry.transform === 'REDACTED'
        ? REDACTED
        : scalarSql(context.writer, entry, table.column(entry.field.column), context.enums)
  }
}

interface RelatedSql {
  readonly alias: string
  readonly lateral: string
  readonly tallies: readonly NamedTally[]
}

function relatedSql(
  context: ReadContext,
  parent: RowSelection,
  entry: Extract<RowEntry, { kind: 'one' | 'many' }>,
  table: TableAlias,
  times: number,
): RelatedSql {
  const alias = context.writer.alias()
  const inner =
    entry.kind === 'one'
      ? oneSql(context, entry.field, entry.rows, table, {
          subjectsKnown: sameSubject(parent.model, entry.field, entry.rows.model),
          times,
        })
      : listSql(context, entry.list, {
          above: { ...aboveOf(context, parent, entry.field), alias: table },
          subjectsKnown: sameSubject(parent.model, entry.field, entry.list.model),
          times,
          row: (rows, table, place) => rowSql(context, rows, table, place),
        })
  return { alias, lateral: ` LEFT JOIN LATERAL (${inner.sql}) ${alias} ON true`, tallies: inner.tallies }
}

function aboveOf({ rowCondition }: ReadContext, { model }: RowSelection, { join }: RelationField): RowAbove {
  return { table: model.table, join, condition: rowCondition(model.name) }
}

/** `LIMIT 1` keeps the planner from turning the lookup into a join that could change the order of the rows around it. */
function oneSql(
  context: ReadContext,
  field: RelationField,
  rows: RowSelection,
  parent: TableAlias,
  place: RowPlace,
): { readonly sql: string; readonly tallies: readonly NamedTally[] } {
  const table = new TableAlias(context.writer.alias())
  return singleSql(context, rows, table, place, joinSql(field.join, parent, table))
}

/** One row of a model by a condition: its JSON as `j`, then its tallies. */
export function singleSql(
  context: ReadContext,
  rows: RowSelection,
  table: TableAlias,
  place: RowPlace,
  condition: string,
): { readonly sql: string; readonly tallies: readonly NamedTally[] } {
  const row = rowSql(context, rows, table, place)
  const count: NamedTally = {
    column: context.writer.alias(),
    tally: { kind: 'rows', model: rows.model.name },
  }
  const columns = [
    `${row.json} AS j`,
    `1 AS ${count.column}`,
    ...row.tallies.map((t) => `${t.expression} AS ${t.column}`),
  ]
  const base = [...table.used].map((column) => `${table.name}.${quote(column)}`).join(', ')
  const conditions = [condition, ...governedSql(context, rows.model.name, table)].join(' AND ')
  const one = `FROM ${tableSql(rows.model.table)} ${table.name} WHERE ${conditions} LIMIT 1`
  const from = row.laterals === '' ? one : `FROM (SELECT ${base} ${one}) ${table.name}${row.laterals}`
  return { sql: `SELECT ${columns.join(', ')} ${from}`, tallies: [count, ...row.tallies] }
}
