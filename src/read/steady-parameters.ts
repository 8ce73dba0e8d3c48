import type { PlannedAggregate, PlannedMany, PlannedOne } from '../plan/plan.ts'
import type { Parameter } from './statement.ts'

/**
 * Whether one plan of a statement is as good for all values that its parameters can have. The server is told then to plan it
 * once; left to itself it guesses, of one list here and of another there, that planning anew at each execution is cheaper,
 * and planning takes as long as reading a page.
 *
 * Not where rows are chosen by what a client or a claim says: a value may be rare, or be in every row, and a plan for all
 * values would be bad for some.
 */
export function areSteady(
  parameters: readonly Parameter[],
  root: PlannedOne | PlannedMany | PlannedAggregate,
): boolean {
  return parameters.every((parameter) => {
    switch (parameter.kind) {
      case 'cursorPart':
      case 'cursorMark':
      case 'pseudonymPad':
      case 'now':
      // Whoever it is of, it is one data subject's rows.
      case 'ownKey':
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
  })
}
