import { type PageLimits, pageSizeOf } from '../plan/page-sizes.ts'
import type { PlannedAggregate, PlannedMany, PlannedOne } from '../plan/plan.ts'
import type { PageSize, Parameter } from './statement.ts'

/**
 * The page sizes that may stand in a statement's text, by their numbers. PostgreSQL plans a prepared statement anew at each
 * execution as long as that looks cheaper than one plan for all, and it does where it has to guess how many rows are wanted (a
 * tenth of all); with the number in the text it soon plans it once and for all. Planning takes half as long as reading a page.
 *
 * Not where rows are chosen by what a client or a token says: a value may be rare, or be in every row, and a plan for all
 * values would be bad for some.
 *
 * @returns undefined for a size that only a request tells
 */
export function knownPageSize(
  root: PlannedOne | PlannedMany | PlannedAggregate,
  parameters: readonly Parameter[],
  limits: Pick<PageLimits, 'defaultPageSize'>,
): (size: PageSize) => number | undefined {
  const steady = parameters.every((parameter) => isSteady(parameter, root))
  return ({ first, extra }) =>
    steady && (first === undefined || first.kind === 'constant')
      ? pageSizeOf(first, NO_VARIABLES, limits) + extra
      : undefined
}

const NO_VARIABLES = {}

/** Whether one plan is as good for all values that the parameter can have. */
function isSteady(parameter: Parameter, root: PlannedOne | PlannedMany | PlannedAggregate): boolean {
  switch (parameter.kind) {
    case 'cursorPart':
    case 'cursorMark':
    case 'pseudonymPad':
    case 'now':
      return true
    case 'value': {
      const { value } = parameter
      // A key names one row, whatever it is.
      const isKey = root.kind === 'one' && root.lookup.includes(value)
      return isKey || value.kind === 'cutoff' || value.kind === 'now'
    }
    default:
      return false
  }
}
