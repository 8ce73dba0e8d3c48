import type { ClaimValue } from '../identity/principal.ts'

/**
 * What a request brings to the conditions of the policy, besides what it asks for. All of it is bound as parameters, so that
 * a plan that is kept says nothing about anybody.
 */
export interface RequestFacts {
  /** When the request was admitted, by the gateway's clock: milliseconds since the epoch. One instant for all its statements. */
  readonly nowMs: number
  readonly claims: ReadonlyMap<string, ClaimValue>
  /** Key of the data subject that the token names, part by part; undefined where it names none. */
  readonly dataSubject: readonly string[] | undefined
}
