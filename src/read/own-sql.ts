import type { OwnCondition } from '../plan/condition.ts'
import type { SqlWriter, TableAlias } from './sql-writer.ts'
import { subjectPathSql } from './subject-sql.ts'

/** The row is about the data subject that the token names: a comparison, and a join where the row refers to it by others. */
export function ownSql(writer: SqlWriter, { subject }: OwnCondition, table: TableAlias): string {
  const { from, where, column } = subjectPathSql(writer, subject, table)
  const equal = subject.key.map((part, i) => {
    const own = writer.parameter({ kind: 'ownKey', part: i, sqlType: part.sqlType })
    return `${column(part)} = ${own}::${part.sqlType}`
  })
  const all = [...where, ...equal].join(' AND ')
  return from.length === 0 ? all : `EXISTS (SELECT 1 FROM ${from.join(', ')} WHERE ${all})`
}
