import type { JSONWebKeySet } from 'jose'
import { fetchJson } from './fetch-json.ts'
import { KeysUnavailable } from './keys-unavailable.ts'

/** Where the keys are: at an address that was configured, or where the issuer's metadata says. */
export type KeyLocation =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'issuer'; readonly issuer: string }

/**
 * Fetches the key set. For an issuer its metadata is read first, each time, since it may name another address than
 * before. Rejects with `KeysUnavailable`; `timeoutMs` holds for each of the at most two requests.
 */
export async function loadKeySet(location: KeyLocation, timeoutMs: number): Promise<JSONWebKeySet> {
  const url = location.kind === 'jwks' ? location.url : await jwksUrlOf(location.issuer, timeoutMs)
  // The shape is checked by `createLocalJWKSet`, which refuses what is not a key set.
  return (await fetchJson(url, timeoutMs)) as JSONWebKeySet
}

/** OpenID Connect Discovery 1.0 sections 4.1 (address) and 4.3 (the metadata must name the same issuer, exactly). */
async function jwksUrlOf(issuer: string, timeoutMs: number): Promise<string> {
  const metadata = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, timeoutMs)
  const { issuer: named, jwks_uri: url } = (metadata ?? {}) as {
    readonly issuer?: unknown
    readonly jwks_uri?: unknown
  }
  if (named !== issuer) throw new KeysUnavailable('its metadata names another issuer')
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new KeysUnavailable('its metadata names no `jwks_uri`')
  const { protocol } = new URL(url)
  const secureIssuer = new URL(issuer).protocol === 'https:'
  if (protocol !== 'https:' && (secureIssuer || protocol !== 'http:'))
    throw new KeysUnavailable('its metadata names a `jwks_uri` without encryption')
  return url
}
