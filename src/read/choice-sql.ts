import type { ChoiceCondition, ChoiceLink } from '../plan/condition.ts'
import type { StoredChoice } from '../policy/stored-choice.ts'
import { literal, type SqlWriter, TableAlias, tableSql } from './sql-writer.ts'
import { subjectPathSql } from './subject-sql.ts'

/**
 * One semi-join with the stored consents, or anti-join with the objections. Times are compared with the parameter of the
 * request's instant, so that the statement can be kept.
 */
export function choiceSql(
  writer: SqlWriter,
  { present, choice, label, link }: ChoiceCondition,
  table: TableAlias,
): string {
  const stored = new TableAlias(writer.alias())
  const joined = linkSql(writer, link, choice, table, stored)
  const from = [...joined.from, `${tableSql(choice.table)} ${stored.name}`]
  const where = [
    ...joined.where,
    ...purposeSql(choice, label, stored),
    ...timeSql(writer, choice, present, stored),
  ]
  return `${present ? '' : 'NOT '}EXISTS (SELECT 1 FROM ${from.join(', ')} WHERE ${where.join(' AND ')})`
}

function linkSql(
  writer: SqlWriter,
  link: ChoiceLink,
  choice: StoredChoice,
  table: TableAlias,
  stored: TableAlias,
): { readonly from: readonly string[]; readonly where: readonly string[] } {
  if (link.kind === 'person')
    return {
      from: [],
      where: link.join.map(({ from, to }) => `${stored.column(to)} = ${table.column(from)}`),
    }
  const row = subjectPathSql(writer, link.subject, table)
  const owner = subjectPathSql(writer, choice.subject, stored)
  const same = choice.subject.key.map((part) => `${owner.column(part)} = ${row.column(part)}`)
  return { from: [...row.from, ...owner.from], where: [...row.where, ...owner.where, ...same] }
}

function purposeSql(choice: StoredChoice, label: string | undefined, stored: TableAlias): readonly string[] {
  const { purpose } = choice
  if (!purpose) return []
  const column = stored.column(purpose.column)
  const alternatives = [
    ...(label === undefined ? [] : [`${column} = ${literal(label)}::${purpose.sqlType}`]),
    ...(purpose.nullable ? [`${column} IS NULL`] : []),
  ]
  // A purpose that cannot be stored is one that nobody's choice is about.
  if (alternatives.length === 0) return ['false']
  return [alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' OR ')})`]
}

/** Whatever stands in doubt is decided against serving: the equal instant, the consent whose withdrawal is dated ahead. */
function timeSql(
  writer: SqlWriter,
  { since, withdrawnAt, expiresAt }: StoredChoice,
  consent: boolean,
  stored: TableAlias,
): readonly string[] {
  const now = (sqlType: string) => `${writer.parameter({ kind: 'now', sqlType })}::${sqlType}`
  const conditions: string[] = []
  if (since) {
    const column = stored.column(since.column)
    conditions.push(
      consent
        ? `${column} < ${now(since.sqlType)}`
        : `(${column} IS NULL OR ${column} <= ${now(since.sqlType)})`,
    )
  }
  if (withdrawnAt) {
    const column = stored.column(withdrawnAt.column)
    conditions.push(
      consent ? `${column} IS NULL` : `(${column} IS NULL OR ${column} > ${now(withdrawnAt.sqlType)})`,
    )
  }
  if (expiresAt) {
    const column = stored.column(expiresAt.column)
    conditions.push(`(${column} IS NULL OR ${column} > ${now(expiresAt.sqlType)})`)
  }
  return conditions
}
