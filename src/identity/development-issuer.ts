import { importJWK, SignJWT } from 'jose'
import type { DevelopmentKey } from './development-key.ts'

export const DEVELOPMENT_ISSUER = {
  issuer: 'purpose-gateway-development',
  audience: 'purpose-gateway',
  rolesClaim: 'roles',
  dataSubjectClaim: 'data_subject',
} as const

export interface DevelopmentClaims {
  readonly subject: string
  readonly app: string
  readonly roles: readonly string[]
  readonly purposes: readonly string[]
  /** Key of the data subject that the token stands for. */
  readonly dataSubject?: unknown
  /** Further claims, by their whole names; those above stand over them. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly ttlSeconds: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * A token as a real issuer would make it (RFC 9068), for use outside production. The gateway verifies it like any other.
 * Nothing is checked here: a token with unknown roles is a fine thing to test with.
 */
export async function signDevelopmentToken(key: DevelopmentKey, claims: DevelopmentClaims): Promise<string> {
  const { subject, app, roles, purposes, dataSubject, ttlSeconds, now } = claims
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT({
    ...claims.claims,
    iss: DEVELOPMENT_ISSUER.issuer,
    aud: DEVELOPMENT_ISSUER.audience,
    sub: subject,
    azp: app,
    [DEVELOPMENT_ISSUER.rolesClaim]: roles,
    scope: purposes.map((purpose) => `purpose:${purpose}`).join(' '),
    ...(dataSubject !== undefined && { [DEVELOPMENT_ISSUER.dataSubjectClaim]: dataSubject }),
    iat: issuedAt,
    exp: issuedAt + ttlSeconds,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    .sign(await importJWK(key.privateJwk, 'ES256'))
}
