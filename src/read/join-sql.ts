import type { JoinPair } from '../policy/data-model.ts'
import type { TableAlias } from './sql-writer.ts'

export function joinSql(join: readonly JoinPair[], from: TableAlias, to: TableAlias): string {
  return join.map((pair) => `${to.column(pair.to)} = ${from.column(pair.from)}`).join(' AND ')
}
