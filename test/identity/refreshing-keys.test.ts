import type { ServerResponse } from 'node:http'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type KeyLocation, loadKeySet } from '../../src/identity/load-key-set.ts'
import { refreshingKeys } from '../../src/identity/refreshing-keys.ts'
import { createTokenVerifier } from '../../src/identity/verify-token.ts'
import { type Answer, type Issuer, makeKey, type SigningKey, sign, startIssuer } from './issuer-server.ts'

const MINUTE_MS = 60_000
const TIMEOUT_MS = 250

let issuer: Issuer
let first: SigningKey
let second: SigningKey
let nowMs: number

beforeAll(async () => {
  first = await makeKey('first')
  second = await makeKey('second', 'RS256')
})
beforeEach(async () => {
  nowMs = 1_800_000_000_000
  issuer = await startIssuer()
  issuer.publish(first.jwk)
})
afterEach(() => issuer.close())

/** Verifies each token anew, so that every call shows what the keys say. */
function verifier(location: KeyLocation = { kind: 'jwks', url: issuer.jwksUrl }) {
  const now = () => nowMs
  const subject = createTokenVerifier({
    issuer: location.kind === 'issuer' ? location.issuer : undefined,
    audience: 'purpose-gateway',
    rolesClaim: 'roles',
    clockToleranceSeconds: 0,
    keys: refreshingKeys({ load: () => loadKeySet(location, TIMEOUT_MS), now }),
    now,
    verifyAgainAfterMs: 0,
  })
  return async (key: SigningKey, over: Record<string, unknown> = {}) => {
    const claims = { aud: 'purpose-gateway', sub: 'ane', azp: 'app', iss: issuer.url, exp: nowMs / 1000 + 60 }
    const result = await subject.verify(`Bearer ${await sign(key, { ...claims, ...over })}`)
    return result.kind === 'verified' ? 'verified' : `${result.code}: ${result.message}`
  }
}

describe('rotation', () => {
  it('fetches once for many requests, also at once', async () => {
    const verify = verifier()
    expect(await Promise.all(Array.from({ length: 20 }, () => verify(first)))).toEqual(
      Array(20).fill('verified'),
    )
    expect(issuer.requests).toEqual(['/jwks'])
  })

  it('a new key works with the first token that names it', async () => {
    const verify = verifier()
    await verify(first)
    issuer.publish(first.jwk, second.jwk)
    nowMs += 5_000
    expect(await verify(second)).toBe('verified')
    expect(await verify(first)).toBe('verified')
    expect(issuer.requests).toHaveLength(2)
  })

  it('unknown keys cause at most one fetch per cooldown', async () => {
    const verify = verifier()
    await verify(first)
    for (let round = 1; round <= 3; round += 1) {
      nowMs += 5_000
      const results = await Promise.all(Array.from({ length: 30 }, () => verify(second)))
      expect(new Set(results).size).toBe(1)
      expect(results[0]).toMatch(/UNAUTHENTICATED: .*no key of this `kid`/)
      expect(issuer.requests).toHaveLength(1 + round)
    }
  })

  it('tokens that cannot be right cause no fetch at all', async () => {
    const verify = verifier()
    const logout = await sign(first, {}, { typ: 'logout+jwt' })
    const none = `${Buffer.from('{"alg":"none","kid":"x"}').toString('base64url')}.e30.`
    const keys = refreshingKeys({
      load: () => loadKeySet({ kind: 'jwks', url: issuer.jwksUrl }, TIMEOUT_MS),
      now: () => nowMs,
    })
    const other = createTokenVerifier({
      issuer: undefined,
      audience: 'a',
      rolesClaim: 'roles',
      clockToleranceSeconds: 0,
      keys,
      now: () => nowMs,
    })
    for (const token of [none, logout, 'a.b.c', `${'a'.repeat(13_000)}.b.c`])
      expect(await other.verify(`Bearer ${token}`)).toMatchObject({ kind: 'refused' })
    expect(issuer.requests).toEqual([])
    expect(await verify(first)).toBe('verified')
  })

  it('a withdrawn key stops after the maximum age', async () => {
    const verify = verifier()
    await verify(first)
    issuer.publish(second.jwk)
    nowMs += 5 * MINUTE_MS
    expect(await verify(first)).toMatch(/no key of this `kid`/)
  })

  it('renews beside the requests before the keys are too old', async () => {
    const verify = verifier()
    await verify(first)
    issuer.publish(second.jwk)
    nowMs += 2 * MINUTE_MS
    expect(await verify(first)).toBe('verified')
    await expect.poll(() => verify(first)).toMatch(/no key/)
    expect(issuer.requests).toHaveLength(2)
  })

  it('a clock that is set back does not keep old keys alive', async () => {
    const verify = verifier()
    await verify(first)
    issuer.publish(second.jwk)
    nowMs -= 60 * MINUTE_MS
    expect(await verify(first)).toMatch(/no key/)
  })

  it('a token without `kid` needs a single key that fits', async () => {
    const verify = verifier()
    const nameless = { ...first, kid: undefined as unknown as string }
    expect(await verify(nameless)).toBe('verified')
    const third = await makeKey('third')
    issuer.publish(first.jwk, third.jwk)
    nowMs += 6 * MINUTE_MS
    expect(await verify(nameless)).toMatch(/names no `kid`/)
  })
})

const json =
  (body: string): Answer =>
  (_, response) =>
    response.end(body)
const slow: Answer = () => {}
const trickle: Answer = (_, response) => {
  response.write('{"keys":[')
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}
const endless: Answer = (_, response) => {
  const more = (target: ServerResponse): boolean =>
    target.destroyed || (target.write(' '.repeat(65_536)) && more(target))
  response.on('drain', () => more(response))
  more(response)
}

describe('an issuer that fails', () => {
  const bad: readonly (readonly [string, Answer])[] = [
    ['status 500', (_, response) => response.writeHead(500).end('{}')],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/jwks' }).end()],
    ['no JSON', json('<html>')],
    ['no key set', json('{"keys":7}')],
    ['null', json('null')],
    ['nothing, for ever', slow],
    ['a trickle', trickle],
    ['no end', endless],
    ['a broken connection', (request) => request.socket.destroy()],
  ]

  it.each(bad)('from the start: %s', async (_, answer) => {
    const verify = verifier()
    issuer.answerWith(answer)
    const start = performance.now()
    const results = await Promise.all(Array.from({ length: 10 }, () => verify(first)))
    expect(new Set(results).size).toBe(1)
    expect(results[0]).toMatch(/^UNAUTHENTICATED: .*the keys of its issuer are not available/)
    expect(results[0]).not.toMatch(/127\.0\.0\.1|http/)
    expect(performance.now() - start).toBeLessThan(5 * TIMEOUT_MS)
    await verify(first)
    expect(issuer.requests).toHaveLength(1)

    issuer.answerWith(undefined)
    nowMs += 5_000
    expect(await verify(first)).toBe('verified')
  })

  it.each(bad)('later, while the last keys go on working: %s', async (_, answer) => {
    const verify = verifier()
    await verify(first)
    issuer.answerWith(answer)
    nowMs += 10 * MINUTE_MS
    expect(await verify(first)).toBe('verified')
    const start = performance.now()
    for (let i = 0; i < 10; i += 1) {
      nowMs += 5_000
      expect(await verify(first)).toBe('verified')
    }
    expect(performance.now() - start).toBeLessThan(5 * TIMEOUT_MS)
    expect(await verify(second)).toMatch(/keys of its issuer are not available/)

    nowMs += 24 * 60 * MINUTE_MS
    expect(await verify(first)).toMatch(/keys of its issuer are not available/)
    issuer.answerWith(undefined)
    nowMs += 5_000
    await expect.poll(() => verify(first)).toBe('verified')
  })

  it('and sends without end is cut off by size, not only by time', async () => {
    const verify = verifier()
    issuer.answerWith(endless)
    expect(await verify(first)).toMatch(/too large/)
  })

  it('that is not there at all', async () => {
    const verify = verifier({ kind: 'jwks', url: 'http://127.0.0.1:1/jwks' })
    expect(await verify(first)).toMatch(/not available: it cannot be reached/)
  })

  it('a private or symmetric key in the set does not serve', async () => {
    const { exportJWK } = await import('jose')
    const leaked = await makeKey('leaked')
    issuer.publish(
      { ...(await exportJWK(leaked.privateKey)), kid: 'leaked' },
      { kty: 'oct', k: 'AAAA', kid: 'oct' },
    )
    expect(await verifier()(leaked)).toMatch(/UNAUTHENTICATED/)
  })
})

describe('discovery', () => {
  const at = (url: string): KeyLocation => ({ kind: 'issuer', issuer: url })

  it('finds the keys through the metadata', async () => {
    expect(await verifier(at(issuer.url))(first)).toBe('verified')
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/jwks'])
  })

  it('an issuer with a slash at its end', async () => {
    issuer.describe({ issuer: `${issuer.url}/`, jwks_uri: issuer.jwksUrl })
    expect(await verifier(at(`${issuer.url}/`))(first, { iss: `${issuer.url}/` })).toBe('verified')
    expect(issuer.requests[0]).toBe('/.well-known/openid-configuration')
  })

  it.each([
    ['another issuer', (url: string) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` }), /another issuer/],
    ['no issuer', (url: string) => ({ jwks_uri: `${url}/jwks` }), /another issuer/],
    ['null', () => null, /another issuer/],
    ['no key address', (url: string) => ({ issuer: url }), /`jwks_uri`/],
    ['a file', (url: string) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }), /without encryption/],
    ['data', (url: string) => ({ issuer: url, jwks_uri: 'data:application/json,{"keys":[]}' }), /without/],
  ])('metadata with %s is not believed', async (_, metadata, message) => {
    issuer.describe(metadata(issuer.url))
    expect(await verifier(at(issuer.url))(first)).toMatch(message)
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration'])
  })

  it('a token never makes the gateway ask anyone else', async () => {
    const stranger = await startIssuer()
    const own = await makeKey('own')
    stranger.publish(own.jwk)
    const verify = verifier(at(issuer.url))
    const subject = createTokenVerifier({
      issuer: issuer.url,
      audience: 'purpose-gateway',
      rolesClaim: 'roles',
      clockToleranceSeconds: 0,
      keys: refreshingKeys({ load: () => loadKeySet(at(issuer.url), TIMEOUT_MS), now: () => nowMs }),
      now: () => nowMs,
    })
    const claims = { aud: 'purpose-gateway', sub: 'ane', azp: 'app', iss: issuer.url, exp: nowMs / 1000 + 60 }
    for (const header of [
      { jku: stranger.jwksUrl },
      { x5u: stranger.jwksUrl },
      { jku: stranger.jwksUrl, kid: 'first' },
      { jku: stranger.jwksUrl, x5u: `${stranger.url}/cert`, jwk: own.jwk, x5c: ['AAAA'] },
    ])
      expect(await subject.verify(`Bearer ${await sign(own, claims, header)}`)).toMatchObject({
        kind: 'refused',
      })
    expect(await verify(own, { iss: stranger.url })).toMatch(/UNAUTHENTICATED/)
    expect(stranger.requests).toEqual([])
    await stranger.close()
  })
})
