import { invariant } from '../invariant.ts'
import { heldRows } from '../plan/held-rows.ts'
import { resolveValue } from '../plan/resolve-value.ts'
import { expiredRows } from '../plan/retained-rows.ts'
import type { EmptiedColumn } from '../policy/keeping.ts'
import type { KeyPart, SubjectStep } from '../policy/subject-path.ts'
import { conditionSql } from '../read/condition-sql.ts'
import { joinSql } from '../read/join-sql.ts'
import { quote, SqlWriter, TableAlias, tableSql } from '../read/sql-writer.ts'
import { subjectKeySql } from '../read/subject-sql.ts'
import type { Referred } from './children-first.ts'
import type { ForeignKey } from './foreign-keys.ts'

export interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Counts of a model: `due`, `held` (past their retention, under a hold), `oldest` date of both; `waiting` for what refers to them. */
export function countSql(of: Referred, now: number): Query {
  const { writer, table, expired, held, referred } = partsOf(of)
  const { steps, column } = of.retention.from
  const rows = `SELECT ${dateSql(writer, table, steps, column)} AS dated, ${held} AS held, ${referred} AS waiting FROM ${tableSql(of.model.table)} ${table.name} WHERE ${expired}`
  const text = `SELECT count(*) FILTER (WHERE NOT held)::integer AS due, count(*) FILTER (WHERE held)::integer AS held, count(*) FILTER (WHERE waiting AND NOT held)::integer AS waiting, to_char(min(dated), 'YYYY-MM-DD') AS oldest FROM (${rows}) r`
  return { text, values: valuesOf(writer, now) }
}

/** Keys of the next rows to go, each as text, locked so that nothing can come to refer to them. */
export function pickSql(of: Referred, now: number, limit: number): Query {
  const { writer, table, expired, held, referred } = partsOf(of)
  const keys = of.model.key.map(({ column }, i) => `${table.column(column)}::text AS k${i}`)
  const order = of.model.key.map(({ column }) => table.column(column))
  const text = `SELECT ${keys.join(', ')} FROM ${tableSql(of.model.table)} ${table.name} WHERE ${expired} AND NOT ${held} AND NOT ${referred} ORDER BY ${order.join(', ')} LIMIT ${limit} FOR UPDATE OF ${table.name} SKIP LOCKED`
  return { text, values: valuesOf(writer, now) }
}

/**
 * Deletes or anonymises rows by key, those that are still due, under no hold and referred to by nothing at the moment of this very
 * statement; answers the key of each one's data subject.
 *
 * @param keys one array of texts for each part of the key
 */
export function eraseSql(of: Referred, now: number, keys: readonly (readonly string[])[]): Query {
  const { writer, table, expired, held, referred } = partsOf(of)
  const { model, retention } = of
  const subject = subjectKeySql(writer, model, table) ?? 'NULL'
  const columns = model.key.map(({ column }) => table.column(column))
  const values = valuesOf(writer, now)
  const listed = model.key.map((_, i) => `$${values.length + i + 1}::text[]`)
  const typed = model.key.map(({ sqlType }: KeyPart, i) => `k.k${i}::${sqlType}`)
  const names = model.key.map((_, i) => `k${i}`)
  const chosen = `(${columns.join(', ')}) IN (SELECT ${typed.join(', ')} FROM unnest(${listed.join(', ')}) AS k(${names.join(', ')}))`
  const where = `WHERE ${chosen} AND ${expired} AND NOT ${held} AND NOT ${referred} RETURNING ${subject} AS subject`
  const target = `${tableSql(model.table)} ${table.name}`
  const text = retention.emptied
    ? `UPDATE ${target} SET ${retention.emptied.map((c) => `${quote(c.column)} = ${NEUTRAL[c.value]}`).join(', ')} ${where}`
    : `DELETE FROM ${target} ${where}`
  return { text, values: [...values, ...keys] }
}

/** How many due rows one foreign key makes wait. */
export function waitingSql(of: Referred, foreignKey: ForeignKey, now: number): Query {
  const { writer, table, expired, held } = partsOf(of)
  const text = `SELECT count(*)::integer AS waiting FROM ${tableSql(of.model.table)} ${table.name} WHERE ${expired} AND NOT ${held} AND ${referredSql(of, foreignKey, table)}`
  return { text, values: valuesOf(writer, now) }
}

const NEUTRAL: Readonly<Record<EmptiedColumn['value'], string>> = {
  NULL: 'NULL',
  EMPTY_TEXT: `''`,
  EMPTY_LIST: `'{}'`,
}

function partsOf(of: Referred) {
  const writer = new SqlWriter()
  const context = { writer, rowCondition: () => undefined }
  const table = new TableAlias(writer.alias())
  const { model, retention, holds } = of
  const past = `(${conditionSql(context, expiredRows(retention), table)})`
  const held = holds ? `(${conditionSql(context, heldRows(holds, model, 'not ended'), table)})` : 'false'
  const { emptied } = retention
  const referred = emptied ? [] : of.foreignKeys.map((key) => referredSql(of, key, table))
  return {
    writer,
    table,
    expired: emptied ? `${past} AND (${emptied.map((c) => filledSql(c, table)).join(' OR ')})` : past,
    held,
    referred: referred.length > 0 ? `(${referred.join(' OR ')})` : 'false',
  }
}

/** Whether there is still something in a column to empty: what makes an interrupted run resume. */
function filledSql({ column, value }: EmptiedColumn, table: TableAlias): string {
  return value === 'NULL'
    ? `${table.column(column)} IS NOT NULL`
    : `${table.column(column)} <> ${NEUTRAL[value]}`
}

/** A row that refers to itself does not keep itself. */
function referredSql({ model }: Referred, { child, itself, join }: ForeignKey, table: TableAlias): string {
  const pairs = join.map((pair) => `c.${quote(pair.child)} = ${table.column(pair.parent)}`)
  const key = (of: (column: string) => string) => `(${model.key.map(({ column }) => of(column)).join(', ')})`
  const other = itself
    ? [`${key((column) => `c.${quote(column)}`)} <> ${key((column) => table.column(column))}`]
    : []
  return `EXISTS (SELECT 1 FROM ${child} c WHERE ${[...pairs, ...other].join(' AND ')})`
}

function dateSql(
  writer: SqlWriter,
  table: TableAlias,
  [step, ...rest]: readonly SubjectStep[],
  column: string,
): string {
  if (!step) return table.column(column)
  const next = new TableAlias(writer.alias())
  return `(SELECT ${dateSql(writer, next, rest, column)} FROM ${tableSql(step.table)} ${next.name} WHERE ${joinSql(step.join, table, next)})`
}

const NO_CLAIMS = new Map<string, never>()

function valuesOf({ parameters }: SqlWriter, now: number): readonly string[] {
  return parameters.map((parameter) => {
    invariant(parameter.kind === 'value', 'what is due depends on the time alone')
    const value = resolveValue(parameter.value, {}, { nowMs: now, claims: NO_CLAIMS, dataSubject: undefined })
    invariant(value instanceof Date, 'what is due depends on the time alone')
    return parameter.field.type === 'Date' ? value.toISOString().slice(0, 10) : value.toISOString()
  })
}
