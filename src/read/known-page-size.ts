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
 * @param defaultPageSize of a list without `first`
 * @returns undefined for a size that only a request tells
 */
export function knownPageSize(
  root: PlannedOne | PlannedMany | PlannedAggregate,
  parameters: readonly Parameter[],
  defaultPageSize: number,
): (size: PageSize) => number | undefined {
  const lookup = root.kind === 'one' ? root.lookup : []
  const steady = parameters.every((parameter) => {
    switch (parameter.kind) {
      case 'value': {
        const { value } = parameter
        return value.kind === 'cutoff' || value.kind === 'now' || lookup.includes(value)
      }
      case 'values':
      case 'pattern':
      case 'ownKey':
        return false
      default:
        return true
    }
  })
  return ({ first, extra }) => {
    if (!steady) return undefined
    if (first === undefined) return defaultPageSize + extra
    if (first.kind !== 'constant') return undefined
    // As `pageSizeOf`: null stands for no size.
    return (typeof first.value === 'number' ? first.value : defaultPageSize) + extra
  }
}
