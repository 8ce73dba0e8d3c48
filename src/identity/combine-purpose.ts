import type { Problem } from '../errors.ts'

/**
 * One request, one purpose: from the header `x-purpose`, or from `@declare(purpose: …)` on the operation, or from both if
 * they agree (design.md, rule 6 of meaning).
 */
export function combinePurpose(
  header: string | undefined,
  operation: string | undefined,
):
  | { readonly kind: 'purpose'; readonly purpose: string }
  | { readonly kind: 'problem'; readonly problem: Problem } {
  const purpose = header ?? operation
  if (purpose === undefined)
    return problem(
      'PURPOSE_MISSING',
      'the request declares no purpose: send the header `x-purpose`, or write `@declare(purpose: …)` on the operation',
    )
  if (operation !== undefined && operation !== purpose)
    return problem(
      'PURPOSE_CONFLICT',
      `the header declares \`${purpose}\` and the operation declares \`${operation}\``,
    )
  return { kind: 'purpose', purpose }
}

function problem(code: 'PURPOSE_MISSING' | 'PURPOSE_CONFLICT', message: string) {
  return { kind: 'problem', problem: { code, message } } as const
}
