import type { ConstDirectiveNode, ConstValueNode } from 'graphql'
import { argumentOf, nameArgument } from './arguments.ts'
import { flagArgument } from './flag-argument.ts'
import type { BreakGlass, Purpose } from './purpose.ts'
import type { Scope } from './scope.ts'
import { wholeNumberArgument } from './whole-number-argument.ts'

/** On what terms somebody may act for a purpose, besides having its role. */
type Terms = Pick<Purpose, 'justify' | 'breakGlass' | 'suspended' | 'within'>

export const NO_TERMS: Terms = {
  justify: false,
  breakGlass: undefined,
  suspended: false,
  within: undefined,
}

/** A day: what takes longer is no emergency but a missing role. */
const MAX_MINUTES = 1_440
/** Thirty days. */
const MAX_HOURS = 720
const DEFAULT_HOURS = 72

export function termsOf(processing: ConstDirectiveNode, scope: Scope): Terms {
  const suspended = flagArgument(processing, 'suspended', scope)
  if (suspended?.flag)
    scope.reporter.report('PG237', suspended.node, 'the purpose is suspended; nobody can act for it')
  return {
    justify: flagArgument(processing, 'justify', scope)?.flag ?? false,
    breakGlass: breakGlassOf(processing, scope),
    suspended: suspended?.flag ?? false,
    within: nameArgument(processing, 'within', 'Purpose', scope)?.value,
  }
}

function breakGlassOf(processing: ConstDirectiveNode, scope: Scope): BreakGlass | undefined {
  const minutes = wholeNumberArgument(processing, 'breakGlass', scope, true)
  const hours = wholeNumberArgument(processing, 'reviewWithin', scope, false)
  if (minutes) checkRange(minutes, 'breakGlass', 'minutes', MAX_MINUTES, scope)
  if (hours) checkRange(hours, 'reviewWithin', 'hours', MAX_HOURS, scope)
  const written = argumentOf(processing, 'breakGlass')
  if (hours && (written === undefined || written.kind === 'NullValue'))
    scope.reporter.report(
      'PG234',
      hours.node,
      '`reviewWithin` has no effect without `breakGlass`',
      'leave it out, or say with `breakGlass` for how many minutes the purpose opens',
    )
  return minutes && { minutes: minutes.number, reviewWithinHours: hours?.number ?? DEFAULT_HOURS }
}

function checkRange(
  { number, node }: { readonly number: number; readonly node: ConstValueNode },
  argument: string,
  unit: string,
  max: number,
  { reporter }: Scope,
): void {
  if (number >= 1 && number <= max) return
  reporter.report('PG233', node, `\`${argument}\` is ${number} ${unit}`, `write a number from 1 to ${max}`)
}
