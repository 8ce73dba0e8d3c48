import type { Policy } from './policy.ts'

/** The claims that conditions of the policy name: all of a token that is kept besides who asks. */
export function claimsOf(policy: Policy): readonly string[] {
  const names = [...policy.models.values()].flatMap((model) =>
    model.rows.flatMap((rule) => rule.claims.map((claim) => claim.name)),
  )
  return [...new Set(names)].sort()
}
