import type { Problem } from '../errors.ts'
import type { Principal } from '../identity/principal.ts'
import type { Policy, Purpose } from '../policy/policy.ts'

export type Admission =
  | { readonly kind: 'admitted'; readonly purpose: Purpose }
  | { readonly kind: 'refused'; readonly problem: Problem }

/**
 * Rule of meaning 6: the purpose exists, the principal's token grants it, and the principal holds one of its roles.
 * Never cached: it is cheap, and a cached answer could outlive the token that it was given to.
 */
export function admit(policy: Policy, principal: Principal, purposeName: string): Admission {
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
  if (!purpose.roles.some((role) => principal.roles.includes(role)))
    return refused(
      'ROLE_MISSING',
      `purpose \`${purpose.name}\` needs one of the roles ${purpose.roles.map((r) => `\`${r}\``).join(', ')}`,
    )
  return { kind: 'admitted', purpose }
}

function refused(
  code: 'PURPOSE_UNKNOWN' | 'PURPOSE_NOT_GRANTED' | 'ROLE_MISSING',
  message: string,
): Admission {
  return { kind: 'refused', problem: { code, message } }
}
