import type { Principal } from './principal.ts'

/** What became of a request's token. */
export type Verification = { readonly kind: 'verified'; readonly principal: Principal } | Refused

export interface Refused {
  readonly kind: 'refused'
  readonly code: 'UNAUTHENTICATED' | 'TOKEN_EXPIRED'
  /** One lowercase sentence without any value of the token. */
  readonly message: string
}
