import type { Comparison, Condition } from '../plan/plan.ts'
import { choiceSql } from './choice-sql.ts'
import { isImplied, operandsOf, type RowAbove } from './implied-condition.ts'
import { joinSql } from './join-sql.ts'
import { ownSql } from './own-sql.ts'
import type { ReadContext } from './read-context.ts'
import { TableAlias, tableSql } from './sql-writer.ts'

/** What a condition needs of the statement that it stands in. */
export type ConditionContext = Pick<ReadContext, 'writer' | 'rowCondition'>

const OPERATORS: Readonly<Record<Comparison, string>> = {
  equals: '=',
  not: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}

/**
 * A planned filter as a boolean expression. An empty AND is true, an empty OR is false.
 *
 * Only whether it is true matters where it stands, so a subquery may answer an unknown with false; under an odd number of
 * negations with true, since whatever is unknown of a related row must not become true by being negated.
 *
 * @param negated the expression stands under an odd number of negations.
 */
export function conditionSql(
  context: ConditionContext,
  condition: Condition,
  table: TableAlias,
  negated = false,
): string {
  const { writer } = context
  switch (condition.kind) {
    case 'and':
    case 'or': {
      if (condition.operands.length === 0) return condition.kind === 'and' ? 'true' : 'false'
      const operands = condition.operands.map((operand) => conditionSql(context, operand, table, negated))
      return operands.length === 1
        ? (operands[0] ?? 'true')
        : `(${operands.join(condition.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT (${conditionSql(context, condition.operand, table, !negated)})`
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
      const { field, insensitive, values } = condition
      const column = table.column(field.column)
      const parameter = writer.parameter({ kind: 'values', field, values })
      const quantified = condition.negated ? '<> ALL' : '= ANY'
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
      return relationSql(context, condition, table, negated)
    case 'own':
      return ownSql(writer, condition, table)
    case 'choice':
      return choiceSql(writer, condition, table)
  }
}

function relationSql(
  context: ConditionContext,
  { field, target, quantifier, condition }: Extract<Condition, { kind: 'relation' }>,
  table: TableAlias,
  negated: boolean,
): string {
  const other = new TableAlias(context.writer.alias())
  // A row that is not served is not there: no filter can tell that it exists.
  const join = [joinSql(field.join, table, other), ...governedSql(context, target.name, other)].join(' AND ')
  const rows = (extra: string | undefined): string =>
    `EXISTS (SELECT 1 FROM ${tableSql(target.table)} ${other.name} WHERE ${extra === undefined ? join : `${join} AND ${extra}`})`
  const inner = (under: boolean) => condition && conditionSql(context, condition, other, under)
  // The one row there may be: its condition counts as if it were of the row around it, unknowns included.
  const one = (under: boolean): string => {
    const sql = inner(under)
    return rows(under && sql !== undefined ? `(${sql}) IS NOT FALSE` : sql)
  }
  switch (quantifier) {
    case 'some':
      return rows(inner(false))
    case 'none':
      return `NOT ${rows(inner(false))}`
    case 'every':
      return `NOT ${rows(`NOT (${inner(true) ?? 'true'})`)}`
    case 'is':
      return condition === undefined ? `NOT ${rows(undefined)}` : one(negated)
    case 'isNot':
      return condition === undefined ? rows(undefined) : `NOT ${one(!negated)}`
  }
}

/**
 * The policy's own conditions on the rows of a model; they stand wherever the model's table does. The rows that they look at
 * themselves (a consent, say) are the policy's business and not governed once more.
 *
 * @param above on which the rows hang, where they do
 */
export function governedSql(
  { writer, rowCondition }: ConditionContext,
  model: string,
  table: TableAlias,
  above?: RowAbove,
): readonly string[] {
  return operandsOf(rowCondition(model))
    .filter((condition) => above === undefined || !isImplied(condition, above))
    .map((condition) => conditionSql({ writer, rowCondition: UNGOVERNED }, condition, table))
}

const UNGOVERNED: ReadContext['rowCondition'] = () => undefined
