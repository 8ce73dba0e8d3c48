import { createLocalJWKSet } from 'jose'
import type { Config } from '../config.ts'
import { invariant } from '../invariant.ts'
import { DEVELOPMENT_ISSUER } from './development-issuer.ts'
import { openDevelopmentKey } from './development-key.ts'
import { loadKeySet } from './load-key-set.ts'
import { refreshingKeys } from './refreshing-keys.ts'
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts'

export type TokenVerifierResult =
  /** `verifierOf`: a verifier with the same keys that keeps these claims, those that conditions of a policy name. */
  | { readonly kind: 'verifier'; verifierOf(claims: readonly string[]): TokenVerifier }
  /** One lowercase sentence for whoever starts the gateway. */
  | { readonly kind: 'unusable'; readonly message: string }

/** Longest wait for one answer of the token issuer. */
const ISSUER_TIMEOUT_MS = 5_000

/**
 * The verifier that the configuration asks for: of the configured issuer (its keys are fetched with the first token, so
 * the gateway starts without it), or of the development issuer, never in production. `now` gives milliseconds since the
 * epoch.
 */
export async function openTokenVerifier(
  config: Pick<Config, 'identity' | 'production' | 'dataDir'>,
  now: () => number,
): Promise<TokenVerifierResult> {
  const { issuer, jwksUrl, audience, rolesClaim, dataSubjectClaim, clockToleranceSeconds } = config.identity
  if (issuer === undefined && jwksUrl === undefined) {
    invariant(!config.production, 'parseConfig refuses production without an issuer')
    const opened = await openDevelopmentKey(config.dataDir)
    if (opened.kind === 'unusable') return opened
    const keys = createLocalJWKSet({ keys: [opened.key.publicJwk] })
    return {
      kind: 'verifier',
      verifierOf: (claims) =>
        createTokenVerifier({ ...DEVELOPMENT_ISSUER, claims, clockToleranceSeconds, keys, now }),
    }
  }
  invariant(audience !== undefined, 'parseConfig refuses an issuer without an audience')
  const load = (): ReturnType<typeof loadKeySet> =>
    loadKeySet(
      jwksUrl !== undefined ? { kind: 'jwks', url: jwksUrl } : { kind: 'issuer', issuer: issuer ?? '' },
      ISSUER_TIMEOUT_MS,
    )
  const keys = refreshingKeys({ load, now })
  const options = { issuer, audience, rolesClaim, dataSubjectClaim, clockToleranceSeconds, keys, now }
  return { kind: 'verifier', verifierOf: (claims) => createTokenVerifier({ ...options, claims }) }
}
