import type { Comparison, Condition, Value } from '../plan/condition.ts'
import type { ScalarField } from '../policy/governed-model.ts'
import { choiceSql } from './choice-sql.ts'
import { isImplied, operandsOf, type RowAbove } from './implied-condition.ts'
import { joinSql } from './join-sql.ts'
import { ownSql } from './own-sql.ts'
import type { ReadContext } from './read-context.ts'
import { TableAlias, tableSql } from './sql-writer.ts'

/** What a condition needs of the statement that it stands in. */
export interface ConditionContext extends Pick<ReadContext, 'writer' | 'rowCondition'> {
  /** Left out: every value is a parameter, and the writer's text need not be settled. */
  readonly enums?: ReadContext['enums'] | undefined
}

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
      const literal = literalOf(context, field, value)
      const right =
        literal === undefined ? writer.parameter({ kind: 'value', field, value }) : writer.literal(literal)
      return insensitive
        ? `lower(${column}::text) ${OPERATORS[operator]} lower(${right}::text)`
        : `${column} ${OPERATORS[operator]} ${right}::${field.sqlType}`
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

/**
 * What stands in the statement's text, so that the server plans for how often there is just this: a boolean, or the label of an
 * enum's name. A plan is kept under it (`shapeOf`).
 */
function literalOf({ enums }: ConditionContext, field: ScalarField, value: Value): string | undefined {
  if (enums === undefined || value.kind !== 'constant') return undefined
  if (typeof value.value === 'boolean') return String(value.value)
  const names = field.type === 'Enum' ? enums.get(field.enumName ?? '')?.values : undefined
  return names?.find(({ name }) => name === value.value)?.label
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
  { writer, rowCondition, enums }: ConditionContext,
  model: string,
  table: TableAlias,
  above?: RowAbove,
): readonly string[] {
  return operandsOf(rowCondition(model))
    .filter((condition) => above === undefined || !isImplied(condition, above))
    .map((condition) => conditionSql({ writer, rowCondition: UNGOVERNED, enums }, condition, table))
}

const UNGOVERNED: ReadContext['rowCondition'] = () => undefined
