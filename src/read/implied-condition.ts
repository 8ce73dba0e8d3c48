import type { Condition } from '../plan/condition.ts'
import type { JoinPair, TableName } from '../policy/data-model.ts'

/** The row on which other rows hang. */
export interface RowAbove {
  readonly table: TableName
  /** From it to the rows that hang on it. */
  readonly join: readonly JoinPair[]
  /** Which it fulfils, as every row of its model that is served does. */
  readonly condition: Condition | undefined
}

/**
 * Whether a row fulfils a condition because the row above does: a retention that runs from a date of that row, by a rule that
 * is the same for both. To ask again would be one more lookup for every row.
 */
export function isImplied(condition: Condition, above: RowAbove): boolean {
  if (condition.kind !== 'relation' || condition.quantifier !== 'some') return false
  const { field, target, condition: there } = condition
  return (
    there !== undefined &&
    sameTable(target.table, above.table) &&
    leadsBack(field.join, above.join) &&
    operandsOf(above.condition).some((known) => sameCutoff(known, there))
  )
}

/** The conditions that all hold where this one does. */
export function operandsOf(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return []
  return condition.kind === 'and' ? condition.operands : [condition]
}

const sameTable = (a: TableName, b: TableName): boolean => a.schema === b.schema && a.name === b.name

/** By the same columns, so that the row above is among those it leads to. */
function leadsBack(join: readonly JoinPair[], above: readonly JoinPair[]): boolean {
  return (
    join.length === above.length &&
    join.every(({ from, to }) => above.some((pair) => pair.from === to && pair.to === from))
  )
}

function sameCutoff(a: Condition, b: Condition): boolean {
  if (a.kind !== 'compare' || b.kind !== 'compare') return false
  if (a.value.kind !== 'cutoff' || b.value.kind !== 'cutoff') return false
  const [one, other] = [a.value.retention, b.value.retention]
  return (
    a.operator === b.operator &&
    a.field.column === b.field.column &&
    one.months === other.months &&
    one.days === other.days &&
    one.timeZone === other.timeZone &&
    one.yearStarts?.month === other.yearStarts?.month &&
    one.yearStarts?.day === other.yearStarts?.day
  )
}
