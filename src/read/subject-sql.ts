import { invariant } from '../invariant.ts'
import type { JoinPair } from '../policy/data-model.ts'
import type { Model, RelationField } from '../policy/governed-model.ts'
import type { KeyPart, SubjectPath, SubjectStep } from '../policy/subject-path.ts'
import { groupable, type MadeFrom } from './groupable.ts'
import { joinSql } from './join-sql.ts'
import { type SqlWriter, TableAlias, tableSql } from './sql-writer.ts'

/**
 * The key of the data subject that a row is about, as text (a composite key as a JSON array of texts). Undefined where a
 * row is about nobody.
 */
export function subjectKeySql(writer: SqlWriter, model: Model, table: TableAlias): string | undefined {
  const { subject } = model
  if (!subject) return undefined
  const path = subjectPathSql(writer, subject, table)
  return reachedSql(path, keySql(subject.key, path.column))
}

/** The same key where rows are grouped by it: text is made for each group then, not for each row. */
export function storedSubjectKey(writer: SqlWriter, model: Model, table: TableAlias): MadeFrom | undefined {
  const { subject } = model
  if (!subject) return undefined
  const { key } = subject
  const path = subjectPathSql(writer, subject, table)
  const columns = key.map((part) => groupable(part, path.column(part)))
  // A subquery in the place of a value is of one column.
  if (columns.every((sql) => sql !== undefined) && (key.length === 1 || path.from.length === 0))
    return {
      stored: columns.map((sql) => reachedSql(path, sql)),
      made: (stored) => keySql(key, (part) => stored[key.indexOf(part)] ?? ''),
    }
  return { stored: [reachedSql(path, keySql(key, path.column))], made: ([text = '']) => text }
}

function reachedSql({ from, where }: SubjectPathSql, sql: string): string {
  return from.length === 0 ? sql : `(SELECT ${sql} FROM ${from.join(', ')} WHERE ${where.join(' AND ')})`
}

/** How the key of a row's data subject is reached: tables to go through, joins between them, and where each part then stands. */
export interface SubjectPathSql {
  readonly from: readonly string[]
  readonly where: readonly string[]
  readonly column: (part: KeyPart) => string
}

/**
 * The path from a row to the key of its data subject. The last join compares the subject's key with columns on this side, so
 * the subject's own table is not needed, and a row that refers to its subject itself needs no table at all.
 */
export function subjectPathSql(writer: SqlWriter, { steps }: SubjectPath, table: TableAlias): SubjectPathSql {
  const last = steps[steps.length - 1]
  if (!last) return { from: [], where: [], column: (part) => table.column(part.column) }
  const from: string[] = []
  const where: string[] = []
  let end = table
  for (const step of steps.slice(0, -1)) {
    const next = new TableAlias(writer.alias())
    from.push(`${tableSql(step.table)} ${next.name}`)
    where.push(joinSql(step.join, end, next))
    end = next
  }
  return { from, where, column: (part) => end.column(sourceOf(last.join, part.column)) }
}

/** The column on the near side that equals a key column of the subject; the compiler checked that each has one. */
function sourceOf(join: readonly JoinPair[], keyColumn: string): string {
  const pair = join.find((candidate) => candidate.to === keyColumn)
  invariant(pair, 'a subject path ends in a join on the whole key of the subject')
  return pair.from
}

function keySql(key: readonly KeyPart[], column: (part: KeyPart) => string): string {
  const parts = key.map((part) => `${column(part)}::text`)
  return parts.length === 1 ? (parts[0] ?? 'NULL') : `json_build_array(${parts.join(', ')})::text`
}

/** Whether rows reached through a relation are about the same data subjects as the rows that they hang on. */
export function sameSubject(parent: Model, field: RelationField, child: Model): boolean {
  if (!parent.subject || !child.subject || parent.subject.model !== child.subject.model) return false
  const up = child.subject.steps
  const down = parent.subject.steps
  if (field.many)
    return up.length === down.length + 1 && reverses(up[0], field) && sameSteps(up.slice(1), down)
  return down.length === up.length + 1 && down[0]?.relation === field.name && sameSteps(down.slice(1), up)
}

function sameSteps(a: readonly SubjectStep[], b: readonly SubjectStep[]): boolean {
  return a.length === b.length && a.every((step, i) => step.relation === b[i]?.relation)
}

/** The child's first step leads back over the same columns. */
function reverses(step: SubjectStep | undefined, field: RelationField): boolean {
  if (!step || step.join.length !== field.join.length) return false
  return field.join.every((pair) => step.join.some((back) => back.from === pair.to && back.to === pair.from))
}
