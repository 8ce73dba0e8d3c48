import { didYouMean } from '../policy/did-you-mean.ts'
import type { Policy } from '../policy/policy.ts'

/** What a token with these roles and purposes would stumble over under the policy; one sentence each. */
export function tokenWarnings(
  policy: Pick<Policy, 'roles' | 'purposes'>,
  roles: readonly string[],
  purposes: readonly string[],
): readonly string[] {
  const unknown = (noun: string, names: readonly string[], known: Iterable<string>): string[] => {
    const all = new Set(known)
    return names
      .filter((name) => !all.has(name))
      .map((name) =>
        [`the policy has no ${noun} \`${name}\``, didYouMean(name, all)].filter(Boolean).join(': '),
      )
  }
  const powerless = purposes.flatMap((name) => {
    const allowed = policy.purposes.get(name)?.roles
    if (allowed === undefined || allowed.some((role) => roles.includes(role))) return []
    return [
      `for the purpose \`${name}\` one needs a role of ${allowed.map((role) => `\`${role}\``).join(', ')}`,
    ]
  })
  return [
    ...unknown('role', roles, policy.roles),
    ...unknown('purpose', purposes, policy.purposes.keys()),
    ...powerless,
  ]
}
