import { createLocalJWKSet } from 'jose'
import type { Config } from '../config.ts'
import { invariant } from '../invariant.ts'
import { DEVELOPMENT_ISSUER } from './development-issuer.ts'
import { openDevelopmentKey } from './development-key.ts'
import { loadKeySet } from './load-key-set.ts'
import { refreshingKeys } from './refreshing-keys.ts'
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts'

export type TokenVerifierResult =
  | { readonly kind: 'verifier'; readonly verifier: TokenVerifier }
  /** One lowercase sentence for whoever starts the gateway. */
  | { readonly kind: 'unusable'; readonly message: string }

/** Longest wait for one answer of the token issuer. */
const ISSUER_TIMEOUT_MS = 5_000

/**
 * The verifier that the configuration asks for: of the configured issuer (its keys are fetched with the first token, so
 * the gateway starts without it), or of the development issuer, never in production. `now` gives milliseconds since the
 * epoch; `claims` are those that conditions of the policy name.
 */
export async function openTokenVerifier(
  config: Pick<Config, 'identity' | 'production' | 'dataDir'>,
  now: () => number,
  claims: readonly string[] = [],
): Promise<TokenVerifierResult> {
  const { issuer, jwksUrl, audience, rolesClaim, dataSubjectClaim, clockToleranceSeconds } = config.identity
  if (issuer === undefined && jwksUrl === undefined) {
    invariant(!config.production, 'parseConfig refuses production without an issuer')
    const opened = await openDevelopmentKey(config.dataDir)
    if (opened.kind === 'unusable') return opened
    const keys = createLocalJWKSet({ keys: [opened.key.publicJwk] })
    const verifier = createTokenVerifier({ ...DEVELOPMENT_ISSUER, claims, clockToleranceSeconds, keys, now })
    return { kind: 'verifier', verifier }
  }
  invariant(audience !== undefined, 'parseConfig refuses an issuer without an audience')
  const load = (): ReturnType<typeof loadKeySet> =>
    loadKeySet(
      jwksUrl !== undefined ? { kind: 'jwks', url: jwksUrl } : { kind: 'issuer', issuer: issuer ?? '' },
      ISSUER_TIMEOUT_MS,
    )
  const keys = refreshingKeys({ load, now })
  const verifier = createTokenVerifier({
    issuer,
    audience,
    rolesClaim,
    dataSubjectClaim,
    claims,
    clockToleranceSeconds,
    keys,
    now,
  })
  return { kind: 'verifier', verifier }
}
