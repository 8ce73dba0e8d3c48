/** What the database says of a principal and a purpose. Times are milliseconds since the epoch, by the database's clock. */
export interface BreakGlassState {
  readonly now: number
  /** The first deadline among all uses of this principal, for any purpose, that nobody has reviewed. */
  readonly reviewDue: number | undefined
  /** The latest use of the purpose by the principal. */
  readonly latest: { readonly id: string; readonly openedAt: number; readonly closesAt: number } | undefined
  /** Whether an earlier use of the purpose by the principal gave this very justification. */
  readonly justificationUsed: boolean
}

export type BreakGlassDecision =
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'opens' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unreviewed' }

/**
 * A use is open for the minutes that the policy declared when it began, or that it declares now if those are fewer. Once
 * they are over, the justification is used up: a new emergency has one of its own, and is a use of its own. One unreviewed
 * use past its deadline shuts every glass.
 */
export function decideBreakGlass(state: BreakGlassState, minutes: number): BreakGlassDecision {
  const { now, reviewDue, latest, justificationUsed } = state
  if (reviewDue !== undefined && now >= reviewDue) return { kind: 'unreviewed' }
  if (latest && now < Math.min(latest.closesAt, latest.openedAt + minutes * 60_000))
    return { kind: 'open', id: latest.id }
  return { kind: justificationUsed ? 'expired' : 'opens' }
}
