import { invariant } from '../invariant.ts'
import type { JoinPair } from '../policy/data-model.ts'
import type { KeyPart, Model, RelationField, SubjectStep } from '../policy/policy.ts'
import { joinSql } from './condition-sql.ts'
import { type SqlWriter, TableAlias, tableSql } from './sql-writer.ts'

/**
 * The key of the data subject that a row is about, as text (a composite key as a JSON array of texts). Undefined where a
 * row is about nobody.
 */
export function subjectKeySql(writer: SqlWriter, model: Model, table: TableAlias): string | undefined {
  const { subject } = model
  if (!subject) return undefined
  const [first, ...further] = subject.steps
  if (!first) return keySql(subject.key, (part) => table.column(part.column))
  // The last join compares the subject's key with columns on this side, so the subject's own table is not needed.
  if (further.length === 0)
    return keySql(subject.key, (part) => table.column(sourceOf(first.join, part.column)))
  const last = further[further.length - 1] ?? first
  const { from, where, end } = chainSql(writer, [first, ...further.slice(0, -1)], table)
  const key = keySql(subject.key, (part) => end.column(sourceOf(last.join, part.column)))
  return `(SELECT ${key} FROM ${from} WHERE ${where})`
}

function chainSql(
  writer: SqlWriter,
  steps: readonly SubjectStep[],
  table: TableAlias,
): { readonly from: string; readonly where: string; readonly end: TableAlias } {
  const tables: string[] = []
  const joins: string[] = []
  let end = table
  for (const step of steps) {
    const next = new TableAlias(writer.alias())
    tables.push(`${tableSql(step.table)} ${next.name}`)
    joins.push(joinSql(step.join, end, next))
    end = next
  }
  return { from: tables.join(', '), where: joins.join(' AND '), end }
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
