import { decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { bearerToken } from './bearer-token.ts'
import { principalOfClaims } from './principal-of-claims.ts'
import { refusalOfError } from './refusal-of-error.ts'
import { createTokenCache } from './token-cache.ts'
import type { Refused, Verification } from './verification.ts'

export interface TokenVerifier {
  /**
   * The request's `authorization` (see `authorizationOf`, which sees repetitions) → who asks. Never throws or rejects:
   * whatever goes wrong is a refusal. At once for a token that is remembered, which nearly every one is.
   */
  verify(authorizationHeader: string | undefined): Verification | Promise<Verification>
}

export interface TokenVerifierOptions {
  /** What `iss` must be; undefined: not checked, the keys alone tell the issuer. */
  readonly issuer: string | undefined
  /** What `aud` must be or contain. */
  readonly audience: string
  readonly rolesClaim: string
  readonly dataSubjectClaim?: string
  /** Names of the claims that conditions of the policy name; without them a principal brings none. */
  readonly claims?: readonly string[]
  readonly clockToleranceSeconds: number
  /** Public keys of the issuer, by a token's header. */
  readonly keys: JWTVerifyGetKey
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly cacheSize?: number
  readonly verifyAgainAfterMs?: number
}

/** Asymmetric only: with a symmetric algorithm here, the public key would be a secret that everyone knows (RFC 8725 section 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** RFC 7519 section 5.1 and RFC 9068 section 2.1; other types (logout, DPoP proof, security event) are no access tokens. */
const ACCESS_TOKEN_TYPE = /^(application\/)?(at\+)?jwt$/i

/**
 * Verifies access tokens (RFC 7519, RFC 9068, best practice of RFC 8725): signature by a key of the issuer and by no key
 * that the token brings along, `aud`, `iss` where configured, `exp` required, `nbf`, `typ`, no `crit`.
 *
 * A verified token is remembered (SHA-256 of it, at most `cacheSize`, 4,096) and for `verifyAgainAfterMs` (60 s) not
 * verified again, because a signature costs 0.05 to 0.2 ms; `exp` and `nbf` hold at each use all the same. A key that
 * the issuer withdraws therefore works on for that long after the key source has dropped it.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, rolesClaim, clockToleranceSeconds, keys, now } = options
  const { dataSubjectClaim = 'data_subject', claims = [] } = options
  const { cacheSize = 4_096, verifyAgainAfterMs = 60_000 } = options
  const cache = createTokenCache({ size: cacheSize, verifyAgainAfterMs, clockToleranceSeconds })

  async function verifyToken(token: string): Promise<Verification> {
    const headerProblem = problemOfHeader(token)
    if (headerProblem !== undefined) return refused(headerProblem)
    const verifiedAtMs = now()
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      audience,
      ...(issuer !== undefined && { issuer }),
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(verifiedAtMs),
    })
    // JSON has no infinity, but `1e999` parses to it, and such a token would never end.
    if (!Number.isFinite(payload.exp)) return refused('it has no valid time of expiry (`exp`)')
    const result = principalOfClaims(payload, { rolesClaim, dataSubjectClaim, claims })
    if (result.kind === 'refused')
      return { kind: 'refused', code: 'UNAUTHENTICATED', message: result.message }
    const { principal } = result
    cache.keep(token, { principal, expiresAt: payload.exp ?? 0, notBefore: payload.nbf }, verifiedAtMs)
    return { kind: 'verified', principal }
  }

  return {
    verify(authorizationHeader) {
      try {
        const bearer = bearerToken(authorizationHeader)
        if (bearer.kind === 'refused') return bearer
        const principal = cache.find(bearer.token, now())
        return principal
          ? { kind: 'verified', principal }
          : verifyToken(bearer.token).catch((error: unknown) => refusalOfError(error))
      } catch (error) {
        return refusalOfError(error)
      }
    },
  }
}

/** What the header says is checked before a key is looked for, so that nonsense cannot make the gateway fetch keys. */
function problemOfHeader(token: string): string | undefined {
  const header = decodeProtectedHeader(token)
  if (header.typ !== undefined && !ACCESS_TOKEN_TYPE.test(String(header.typ)))
    return 'its `typ` is not that of an access token'
  // RFC 7515 section 4.1.11: what is not understood must be refused; no extension is.
  return Object.hasOwn(header, 'crit') ? 'it demands an extension (`crit`) that is not supported' : undefined
}

function refused(reason: string): Refused {
  return { kind: 'refused', code: 'UNAUTHENTICATED', message: `the token cannot be verified: ${reason}` }
}
