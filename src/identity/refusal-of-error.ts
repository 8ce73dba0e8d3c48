import { errors } from 'jose'
import { KeysUnavailable } from './keys-unavailable.ts'
import type { Refused } from './verification.ts'

/** What jose or the key source threw → what the client is told. Says which check failed, never with a value of the token. */
export function refusalOfError(error: unknown): Refused {
  if (error instanceof errors.JWTExpired)
    return { kind: 'refused', code: 'TOKEN_EXPIRED', message: 'the token has expired' }
  return {
    kind: 'refused',
    code: 'UNAUTHENTICATED',
    message: `the token cannot be verified: ${reasonOf(error)}`,
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof KeysUnavailable) return `the keys of its issuer are not available: ${error.message}`
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its `alg` is not an accepted asymmetric signature'
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer has no key of this `kid` and `alg`'
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'it names no `kid` and its issuer has several keys'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong'
  if (error instanceof errors.JWTClaimValidationFailed)
    return CLAIMS.get(error.claim) ?? 'a claim has a wrong value'
  return 'it is not a well-formed signed token'
}

const CLAIMS: ReadonlyMap<string, string> = new Map([
  ['iss', 'it is of another issuer (`iss`)'],
  ['aud', 'it is for another audience (`aud`)'],
  ['exp', 'it has no valid time of expiry (`exp`)'],
  ['nbf', 'it is not valid yet (`nbf`)'],
])
