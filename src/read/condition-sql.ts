import type { Comparison, Condition } from '../plan/plan.ts'
import type { JoinPair } from '../policy/data-model.ts'
import { type SqlWriter, TableAlias, tableSql } from './sql-writer.ts'

const OPERATORS: Readonly<Record<Comparison, string>> = {
  equals: '=',
  not: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}

/** A planned filter as a boolean expression. An empty AND is true, an empty OR is false. */
export function conditionSql(writer: SqlWriter, condition: Condition, table: TableAlias): string {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      if (condition.operands.length === 0) return condition.kind === 'and' ? 'true' : 'false'
      const operands = condition.operands.map((operand) => conditionSql(writer, operand, table))
      return operands.length === 1
        ? (operands[0] ?? 'true')
        : `(${operands.join(condition.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT (${conditionSql(writer, condition.operand, table)})`
    case 'compare': {
      const { field, operator, value, insensitive } = condition
      const column = table.column(field.column)
      const parameter = writer.parameter({ kind: 'value', field, value })
      return insensitive
        ? `lower(${column}::text) ${OPERATORS[operator]} lower(${parameter}::text)`
        : `${column} ${OPERATORS[operator]} ${parameter}::${field.sqlType}`
    }
    case 'isNull':
      return `${table.column(condition.field.column)} IS ${condition.negated ? 'NOT ' : ''}NULL`
    case 'in': {
      const { field, negated, insensitive, values } = condition
      const column = table.column(field.column)
      const parameter = writer.parameter({ kind: 'values', field, values })
      const quantified = negated ? '<> ALL' : '= ANY'
      return insensitive
        ? `lower(${column}::text) ${quantified} (SELECT lower(item) FROM unnest(${parameter}::text[]) AS items(item))`
        : `${column} ${quantified} (${parameter}::${field.sqlType}[])`
    }
    case 'match': {
      const { field, match, insensitive, value } = condition
      const parameter = writer.parameter({ kind: 'pattern', match, value })
      return `${table.column(field.column)}::text ${insensitive ? 'ILIKE' : 'LIKE'} ${parameter}::text`
    }
    case 'relation':
      return relationSql(writer, condition, table)
  }
}

function relationSql(
  writer: SqlWriter,
  { field, target, quantifier, condition }: Extract<Condition, { kind: 'relation' }>,
  table: TableAlias,
): string {
  const other = new TableAlias(writer.alias())
  const join = joinSql(field.join, table, other)
  const inner = condition && conditionSql(writer, condition, other)
  const rows = (extra: string | undefined): string =>
    `EXISTS (SELECT 1 FROM ${tableSql(target.table)} ${other.name} WHERE ${extra === undefined ? join : `${join} AND ${extra}`})`
  switch (quantifier) {
    case 'some':
      return rows(inner)
    case 'none':
      return `NOT ${rows(inner)}`
    case 'every':
      return `NOT ${rows(`NOT (${inner ?? 'true'})`)}`
    case 'is':
      return inner === undefined ? `NOT ${rows(undefined)}` : rows(inner)
    case 'isNot':
      return inner === undefined ? rows(undefined) : `NOT ${rows(inner)}`
  }
}

export function joinSql(join: readonly JoinPair[], from: TableAlias, to: TableAlias): string {
  return join.map((pair) => `${to.column(pair.to)} = ${from.column(pair.from)}`).join(' AND ')
}
