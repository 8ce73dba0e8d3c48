import type { ErrorCode, Problem } from '../errors.ts'
import type { Principal } from '../identity/principal.ts'
import type { Policy } from '../policy/policy.ts'
import type { BreakGlass, Purpose } from '../policy/purpose.ts'
import { standingProblem } from './standing.ts'

export type Admission =
  | { readonly kind: 'admitted'; readonly purpose: Purpose }
  /** The principal has no role of the purpose; it is let in when a break-glass use is open for it, and only then. */
  | {
      readonly kind: 'breakGlass'
      readonly purpose: Purpose
      readonly breakGlass: BreakGlass
      readonly justification: string
    }
  | { readonly kind: 'refused'; readonly problem: Problem }

export interface Applicant {
  readonly principal: Principal
  readonly purposeName: string
  readonly justification: string | undefined
}

export interface AdmissionTerms {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Whether a text has the form of a justification. */
  isJustification(text: string): boolean
}

/**
 * Rule of meaning 6: the purpose exists and is in force, the principal's token grants it, and the principal holds one of
 * its roles, or a role of the policy and the purpose opens under break-glass; and it says why where that is demanded.
 * Never cached: it is cheap, and a cached answer could outlive the token or the review that it was given for.
 */
export function admit(policy: Policy, applicant: Applicant, terms: AdmissionTerms): Admission {
  const { principal, purposeName, justification } = applicant
  const purpose = policy.purposes.get(purposeName)
  if (!purpose)
    return refused(
      'PURPOSE_UNKNOWN',
      'the declared purpose is not one of the policy; introspect `Purpose` for the list',
    )
  if (!principal.purposes.includes(purpose.name))
    return refused(
      'PURPOSE_NOT_GRANTED',
      `purpose \`${purpose.name}\` is not granted to this token; it needs the scope \`purpose:${purpose.name}\``,
    )
  const notInForce = standingProblem(policy, purpose, terms.now)
  if (notInForce) return { kind: 'refused', problem: notInForce }

  const hasRole = purpose.roles.some((role) => principal.roles.includes(role))
  const breakGlass = hasRole ? undefined : openingFor(policy, purpose, principal)
  if (!hasRole && !breakGlass)
    return refused(
      'ROLE_MISSING',
      `purpose \`${purpose.name}\` needs one of the roles ${purpose.roles.map((r) => `\`${r}\``).join(', ')}`,
    )
  if (!purpose.justify && !breakGlass) return { kind: 'admitted', purpose }
  if (justification === undefined)
    return refused(
      'JUSTIFICATION_MISSING',
      breakGlass
        ? `you hold no role of purpose \`${purpose.name}\`; it opens to you under break-glass, which is reviewed, if you say why: ${HOW}`
        : `purpose \`${purpose.name}\` wants to know why: ${HOW}`,
    )
  if (!terms.isJustification(justification))
    return refused('JUSTIFICATION_INVALID', `the header \`x-justification\` is not a justification: ${HOW}`)
  return breakGlass
    ? { kind: 'breakGlass', purpose, breakGlass, justification }
    : { kind: 'admitted', purpose }
}

const HOW = 'send a reference and a sentence in the header `x-justification`'

/** Break-glass is for people with another job here: a token with no role of the policy at all stays outside. */
function openingFor(
  { roles }: Policy,
  { breakGlass }: Purpose,
  principal: Principal,
): BreakGlass | undefined {
  return principal.roles.some((role) => roles.has(role)) ? breakGlass : undefined
}

function refused(code: ErrorCode, message: string): Admission {
  return { kind: 'refused', problem: { code, message } }
}
