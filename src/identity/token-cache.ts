import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Principal } from './principal.ts'

/** A verified token's content, as far as it decides. Times are seconds since the epoch (RFC 7519 section 2, NumericDate). */
export interface VerifiedToken {
  readonly principal: Principal
  readonly expiresAt: number
  readonly notBefore: number | undefined
}

export interface TokenCacheOptions {
  readonly size: number
  /** After this time a token is verified again, so that a key which the issuer withdrew stops working. */
  readonly verifyAgainAfterMs: number
  readonly clockToleranceSeconds: number
}

/**
 * Tokens whose signature was verified a short while ago. Kept under their SHA-256, so that a dump of this process's
 * memory yields no tokens from here; refusals are never kept. `find` applies `exp` and `nbf` at each use with the same
 * bounds as the verification, and answers undefined for whatever needs the full verification again.
 */
export function createTokenCache({ size, verifyAgainAfterMs, clockToleranceSeconds }: TokenCacheOptions) {
  const entries = new LRUCache<string, VerifiedToken & { readonly verifiedAtMs: number }>({ max: size })
  const keyOf = (token: string): string => hash('sha256', token, 'base64')
  return {
    find(token: string, nowMs: number): Principal | undefined {
      const entry = entries.get(keyOf(token))
      if (entry === undefined) return undefined
      const ageMs = nowMs - entry.verifiedAtMs
      const seconds = Math.floor(nowMs / 1000)
      // A negative age is a clock that was set back: nothing is known about how long ago the verification was.
      const fresh = ageMs >= 0 && ageMs < verifyAgainAfterMs
      const alive = entry.expiresAt > seconds - clockToleranceSeconds
      const begun = entry.notBefore === undefined || entry.notBefore <= seconds + clockToleranceSeconds
      return fresh && alive && begun ? entry.principal : undefined
    },
    keep(token: string, verified: VerifiedToken, verifiedAtMs: number): void {
      entries.set(keyOf(token), { ...verified, verifiedAtMs })
    },
  }
}
