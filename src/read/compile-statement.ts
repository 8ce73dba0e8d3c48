import { createHash } from 'node:crypto'
import { invariant } from '../invariant.ts'
import { governedRows } from '../plan/governed-rows.ts'
import { pageSizeOf } from '../plan/page-sizes.ts'
import type { PlannedAggregate, PlannedMany, PlannedOne } from '../plan/plan.ts'
import type { RowSelection } from '../plan/selection.ts'
import { aggregateNames } from '../policy/aggregates.ts'
import type { Policy } from '../policy/policy.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { listSql } from './list-sql.ts'
import type { ReadContext } from './read-context.ts'
import { rowSql, singleSql } from './row-sql.ts'
import { SqlWriter, TableAlias } from './sql-writer.ts'
import type { PageSize, Statement, StatementOptions } from './statement.ts'
import { areSteady } from './steady-parameters.ts'

/**
 * One root field of a plan → one statement, whatever the nesting. Its result is one row (none where a lookup finds
 * nothing): the answer as JSON text, then the tallies.
 */
export function compileStatement(
  root: PlannedOne | PlannedMany | PlannedAggregate,
  policy: Policy,
  purpose: string,
  options: StatementOptions,
): Statement {
  const writer = new SqlWriter(options.toJson)
  const models = new Set<string>()
  const context: ReadContext = {
    writer,
    enums: policy.enums,
    rowCondition: (model) => {
      models.add(model)
      return governedRows(policy, model, purpose)
    },
    limits: options,
  }
  const { sql, tallies } = rootSql(context, root)
  // Keys of subjects as JSON text: one of a lookup is a bare text, those of a list are an array.
  const columns = tallies.map(({ column, tally }) =>
    tally.kind === 'rows' ? `q.${column}` : `to_json(q.${column})::text`,
  )
  const planOnce = areSteady(writer.parameters, root)
  // A parameter in `LIMIT` keeps the server from taking one plan for good for all values where it is not.
  const sizeOf = ({ first, extra }: PageSize) => (planOnce ? pageSizeOf(first, options) + extra : undefined)
  const { text, shown } = writer.settled(`SELECT ${['q.j', ...columns].join(', ')} FROM (${sql}) q`, sizeOf)
  return {
    text,
    shown,
    name: `gateway_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`,
    parameters: writer.parameters,
    unusedCursors: writer.unusedCursors,
    tallies: tallies.map(({ tally }) => tally),
    hasCursors: writer.cursorScopes.length > 0,
    storedJson: writer.storedJson,
    short: root.kind === 'one' && isShort(root.rows),
    planOnce,
    cursorScopes: writer.cursorScopes,
    models: [...models].sort(),
    groups: root.kind === 'aggregate' ? aggregateNames(root.aggregate.model.name).group : undefined,
  }
}

function isShort({ entries }: RowSelection): boolean {
  return entries.every((entry) => entry.kind !== 'many' && (entry.kind !== 'one' || isShort(entry.rows)))
}

function rootSql(context: ReadContext, root: PlannedOne | PlannedMany | PlannedAggregate) {
  switch (root.kind) {
    case 'one':
      return lookupSql(context, root)
    case 'many':
      return pageSql(context, root)
    case 'aggregate':
      return aggregateSql(context, root.aggregate)
  }
}

function lookupSql(context: ReadContext, root: PlannedOne) {
  const table = new TableAlias(context.writer.alias())
  const { key, fields } = root.rows.model
  const conditions = key.map((part, i) => {
    const field = fields.get(part.field)
    const value = root.lookup[i]
    invariant(field?.kind === 'scalar' && value, 'a lookup has a value for each key field')
    return `${table.column(part.column)} = ${context.writer.parameter({ kind: 'value', field, value })}::${part.sqlType}`
  })
  const place = { subjectsKnown: false, times: 1 }
  return singleSql(context, root.rows, table, place, conditions.join(' AND '))
}

function pageSql(context: ReadContext, root: PlannedMany) {
  return listSql(context, root.list, {
    above: undefined,
    subjectsKnown: false,
    times: 1,
    row: (rows, table, place) => rowSql(context, rows, table, place),
  })
}
