import type { Refused } from './verification.ts'

/** Longest token in characters. Node refuses header blocks over 16 KiB, so more could not arrive anyway. */
const MAX_TOKEN_LENGTH = 12_288

/** RFC 6750 section 2.1, with the three parts of a compact JWS (RFC 7515 section 3.1); the scheme in any case (RFC 9110 section 11.1). */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

/** The value of the one `authorization` header → the token in it. Reads no part of the token. */
export function bearerToken(
  authorizationHeader: string | undefined,
): { readonly kind: 'token'; readonly token: string } | Refused {
  const header = authorizationHeader?.trim() ?? ''
  if (header === '') return refused('the request has no `authorization: Bearer …` header')
  if (header.length > MAX_TOKEN_LENGTH) return refused('the token is too long')
  const token = BEARER.exec(header)?.[1]
  if (token !== undefined) return { kind: 'token', token }
  return refused('the `authorization` header is not one scheme `Bearer` followed by one signed token')
}

function refused(message: string): Refused {
  return { kind: 'refused', code: 'UNAUTHENTICATED', message }
}
