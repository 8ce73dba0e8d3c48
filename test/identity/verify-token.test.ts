import { createHmac, createSign } from 'node:crypto'
import { createLocalJWKSet, exportSPKI } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTokenVerifier, type TokenVerifierOptions } from '../../src/identity/verify-token.ts'
import { makeKey, type SigningKey, sign } from './issuer-server.ts'

const NOW = 1_800_000_000
const ISSUER = 'https://issuer.example'
const CLAIMS = {
  iss: ISSUER,
  aud: 'purpose-gateway',
  sub: 'ane',
  azp: 'invoicing',
  exp: NOW + 600,
  roles: ['BILLING_CLERK'],
  scope: 'openid purpose:BILLING purpose:SUPPORT',
}
const PRINCIPAL = {
  subject: 'ane',
  app: 'invoicing',
  roles: ['BILLING_CLERK'],
  purposes: ['BILLING', 'SUPPORT'],
}

let key: SigningKey
let seconds = NOW
beforeAll(async () => {
  key = await makeKey('first')
})

function verifier(over: Partial<TokenVerifierOptions> = {}) {
  return createTokenVerifier({
    issuer: ISSUER,
    audience: 'purpose-gateway',
    rolesClaim: 'roles',
    clockToleranceSeconds: 5,
    keys: createLocalJWKSet({ keys: [key.jwk] }),
    now: () => seconds * 1000,
    ...over,
  })
}

const verify = (token: string, over: Partial<TokenVerifierOptions> = {}) =>
  verifier(over).verify(`Bearer ${token}`)
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => !names.includes(name)))
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function expectRefused(token: string, message?: RegExp, over: Partial<TokenVerifierOptions> = {}) {
  const result = await verify(token, over)
  expect(result).toMatchObject({ kind: 'refused', code: 'UNAUTHENTICATED' })
  if (message && result.kind === 'refused') expect(result.message).toMatch(message)
}

describe('a proper token', () => {
  it('says who asks', async () => {
    expect(await verify(await sign(key, CLAIMS))).toMatchObject({ kind: 'verified', principal: PRINCIPAL })
  })

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'may be signed with %s',
    async (alg) => {
      const other = await makeKey('other', alg)
      const keys = createLocalJWKSet({ keys: [other.jwk] })
      expect(await verify(await sign(other, CLAIMS), { keys })).toMatchObject({ kind: 'verified' })
    },
  )

  it.each(['bearer', 'BEARER', 'Bearer '])('may follow the scheme written `%s`', async (scheme) => {
    const result = await verifier().verify(`${scheme} ${await sign(key, CLAIMS)}`)
    expect(result.kind).toBe('verified')
  })

  it.each(['JWT', 'at+jwt', 'application/at+jwt', 'jwt'])('may have the type %s', async (typ) => {
    expect(await verify(await sign(key, CLAIMS, { typ }))).toMatchObject({ kind: 'verified' })
  })

  it('may be for several audiences', async () => {
    const claims = { ...CLAIMS, aud: ['other', 'purpose-gateway'] }
    expect(await verify(await sign(key, claims))).toMatchObject({ kind: 'verified' })
  })
})

describe('claims', () => {
  const principalOf = async (claims: Record<string, unknown>, rolesClaim = 'roles') => {
    const result = await verify(await sign(key, claims), { rolesClaim })
    return result.kind === 'verified' ? result.principal : result.message
  }

  it('roles may lie deep, be a text, or stand under a name with dots', async () => {
    const deep = { ...CLAIMS, realm_access: { roles: ['A', 'B', 'A'] } }
    expect(await principalOf(deep, 'realm_access.roles')).toMatchObject({ roles: ['A', 'B'] })
    expect(await principalOf({ ...CLAIMS, roles: 'A  B' })).toMatchObject({ roles: ['A', 'B'] })
    const dotted = { ...CLAIMS, 'https://a.example/roles': ['C'] }
    expect(await principalOf(dotted, 'https://a.example/roles')).toMatchObject({ roles: ['C'] })
  })

  it('no roles and no scopes grant nothing', async () => {
    expect(await principalOf(without('roles', 'scope'))).toMatchObject({ roles: [], purposes: [] })
    expect(await principalOf(CLAIMS, 'constructor.name')).toMatchObject({ roles: [] })
    expect(await principalOf(CLAIMS, '__proto__.roles')).toMatchObject({ roles: [] })
    expect(await principalOf({ ...CLAIMS, scope: 'purpose: openid BILLING xpurpose:BILLING' })).toMatchObject(
      {
        purposes: [],
      },
    )
  })

  it('scopes may be in `scp`, as text or list; `scope` goes first', async () => {
    expect(await principalOf({ ...without('scope'), scp: 'x purpose:A' })).toMatchObject({ purposes: ['A'] })
    expect(await principalOf({ ...without('scope'), scp: ['purpose:A', 'y'] })).toMatchObject({
      purposes: ['A'],
    })
    expect(await principalOf({ ...CLAIMS, scp: ['purpose:A'] })).toMatchObject({
      purposes: ['BILLING', 'SUPPORT'],
    })
  })

  it('the app is `azp`, else `client_id`', async () => {
    expect(await principalOf({ ...CLAIMS, client_id: 'other' })).toMatchObject({ app: 'invoicing' })
    expect(await principalOf({ ...without('azp'), client_id: 'other' })).toMatchObject({ app: 'other' })
    expect(await principalOf({ ...CLAIMS, azp: 7, client_id: 'other' })).toMatch(/names no app/)
  })

  it.each([
    ['no subject', without('sub')],
    ['an empty subject', { ...CLAIMS, sub: '' }],
    ['a blank subject', { ...CLAIMS, sub: ' ' }],
    ['a subject that is a number', { ...CLAIMS, sub: 7 }],
    ['a subject with a new line', { ...CLAIMS, sub: 'ane\nroot' }],
    ['a subject with a zero byte', { ...CLAIMS, sub: 'ane\u0000' }],
    ['a subject with half a character', { ...CLAIMS, sub: 'ane\ud800' }],
    ['a subject that turns the writing', { ...CLAIMS, sub: 'ane\u202e' }],
    ['a subject of 256 characters', { ...CLAIMS, sub: 'a'.repeat(256) }],
    ['no app', without('azp')],
    ['a long app', { ...CLAIMS, azp: 'a'.repeat(256) }],
    ['a role that is a number', { ...CLAIMS, roles: ['A', 7] }],
    ['roles that are an object', { ...CLAIMS, roles: { A: true } }],
    ['a long role', { ...CLAIMS, roles: ['a'.repeat(129)] }],
    ['too many roles', { ...CLAIMS, roles: Array.from({ length: 257 }, (_, i) => `r${i}`) }],
    ['a role with a tab', { ...CLAIMS, roles: ['A\tB'] }],
    ['a scope that is a list', { ...CLAIMS, scope: ['purpose:BILLING'] }],
    ['a scope that is a number', { ...CLAIMS, scope: 7 }],
    ['an scp of objects', { ...without('scope'), scp: [{}] }],
  ])('refuses %s', async (_, claims) => {
    await expectRefused(await sign(key, claims))
  })

  it('takes the last of duplicated claims, as RFC 7519 section 4 asks', async () => {
    const text = `{"sub":"root",${JSON.stringify(CLAIMS).slice(1)}`
    const head = part({ alg: 'ES256', kid: 'first' })
    const body = Buffer.from(text).toString('base64url')
    const signer = createSign('SHA256').update(`${head}.${body}`)
    const pem = await import('jose').then(({ exportPKCS8 }) => exportPKCS8(key.privateKey))
    const signature = signer.sign({ key: pem, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    expect(await verify(`${head}.${body}.${signature}`)).toMatchObject({ principal: { subject: 'ane' } })
  })
})

describe('attacks on the signature', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', ''])('alg `%s`', async (alg) => {
    const head = part({ alg, typ: 'JWT' })
    await expectRefused(`${head}.${part(CLAIMS)}.`)
    await expectRefused(`${head}.${part(CLAIMS)}.AAAA`)
    const [, , signature] = (await sign(key, CLAIMS)).split('.')
    await expectRefused(`${head}.${part(CLAIMS)}.${signature}`)
  })

  it.each(['HS256', 'HS384', 'HS512'])('%s with the public key as secret', async (alg) => {
    const rsa = await makeKey('rsa', 'RS256')
    const keys = createLocalJWKSet({ keys: [{ ...rsa.jwk }, { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' }] })
    const pem = await exportSPKI(rsa.publicKey)
    for (const kid of ['rsa', 'oct', undefined])
      for (const secret of [pem, pem.trim(), JSON.stringify(rsa.jwk), String(rsa.jwk.n), 'secret']) {
        const input = `${part({ alg, ...(kid && { kid }) })}.${part(CLAIMS)}`
        const digest = createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')
        await expectRefused(`${input}.${digest}`, /`alg`/, { keys })
      }
  })

  it('a key that the token brings along', async () => {
    const own = await makeKey('own')
    await expectRefused(await sign(own, CLAIMS, { jwk: own.jwk, kid: 'first' }), /signature/)
    await expectRefused(await sign(own, CLAIMS, { jwk: own.jwk }), /no key/)
    await expectRefused(await sign({ ...own, kid: '../../dev/null' }, CLAIMS), /no key/)
  })

  it('another algorithm than that of the key', async () => {
    const rsa = await makeKey('rsa', 'RS256')
    const keys = createLocalJWKSet({ keys: [rsa.jwk] })
    const head = part({ alg: 'PS256', kid: 'rsa' })
    const [, body, signature] = (await sign(rsa, CLAIMS)).split('.')
    await expectRefused(`${head}.${body}.${signature}`, undefined, { keys })
  })

  it('a changed claim, a changed signature, an empty signature, an encrypted token', async () => {
    const [head, , signature] = (await sign(key, CLAIMS)).split('.')
    await expectRefused(`${head}.${part({ ...CLAIMS, sub: 'root' })}.${signature}`, /signature/)
    await expectRefused(`${head}.${part(CLAIMS)}.${'A'.repeat(86)}`, /signature/)
    await expectRefused(`${head}.${part(CLAIMS)}.`)
    await expectRefused(`${head}.a.b.c.d`)
  })

  it.each([
    ['an extension', { crit: ['exp'], exp: 1 }],
    ['unencoded payload', { crit: ['b64'], b64: false }],
    ['an ID of another kind', { typ: 'logout+jwt' }],
    ['a proof', { typ: 'dpop+jwt' }],
    ['a type that is an object', { typ: {} }],
  ])('header with %s', async (_, extra) => {
    const head = part({ alg: 'ES256', kid: 'first', ...extra })
    await expectRefused(`${head}.${part(CLAIMS)}.${'A'.repeat(86)}`)
    if (!('crit' in extra)) await expectRefused(await sign(key, CLAIMS, extra), /typ/)
  })

  it('is not led astray by a header that is no object or has `__proto__`', async () => {
    for (const head of ['null', '[]', '7', '"x"', '{"__proto__":{"alg":"ES256"}}', '{"alg":["ES256"]}', '{'])
      await expectRefused(`${Buffer.from(head).toString('base64url')}.${part(CLAIMS)}.AAAA`)
  })
})

describe('claims that are checked', () => {
  it.each([
    ['another issuer', { ...CLAIMS, iss: 'https://issuer.example/' }, /issuer/],
    ['no issuer', without('iss'), /issuer/],
    ['another audience', { ...CLAIMS, aud: 'other' }, /audience/],
    ['a list without the audience', { ...CLAIMS, aud: ['other', 'purpose-gateway2'] }, /audience/],
    ['an audience in an object', { ...CLAIMS, aud: { 'purpose-gateway': 1 } }, /audience/],
    ['no audience', without('aud'), /audience/],
    ['no expiry', without('exp'), /exp/],
    ['an expiry that is a text', { ...CLAIMS, exp: String(NOW + 600) }, /exp/],
    ['no expiry but null', { ...CLAIMS, exp: null }, /exp/],
    ['a beginning that is a text', { ...CLAIMS, nbf: 'tomorrow' }, /nbf/],
  ])('refuses %s', async (_, claims, message) => {
    await expectRefused(await sign(key, claims), message)
  })

  it('refuses an expiry at infinity', async () => {
    const text = JSON.stringify(CLAIMS).replace(String(CLAIMS.exp), '1e999')
    const input = `${part({ alg: 'ES256', kid: 'first' })}.${Buffer.from(text).toString('base64url')}`
    const pem = await import('jose').then(({ exportPKCS8 }) => exportPKCS8(key.privateKey))
    const signature = createSign('SHA256').update(input).sign({ key: pem, dsaEncoding: 'ieee-p1363' })
    await expectRefused(`${input}.${signature.toString('base64url')}`)
  })

  it('expiry holds to the second, with the tolerance', async () => {
    const token = await sign(key, CLAIMS)
    seconds = CLAIMS.exp + 4
    expect(await verify(token)).toMatchObject({ kind: 'verified' })
    seconds = CLAIMS.exp + 5
    expect(await verify(token)).toEqual({
      kind: 'refused',
      code: 'TOKEN_EXPIRED',
      message: 'the token has expired',
    })
    seconds = CLAIMS.exp
    expect(await verify(token, { clockToleranceSeconds: 0 })).toMatchObject({ code: 'TOKEN_EXPIRED' })
    seconds = NOW
  })

  it('an expired token with a wrong signature is not called expired', async () => {
    const own = await makeKey('first')
    await expectRefused(await sign(own, { ...CLAIMS, exp: NOW - 100 }), /signature/)
  })

  it('the beginning holds to the second, with the tolerance', async () => {
    const later = await sign(key, { ...CLAIMS, nbf: NOW + 6 })
    await expectRefused(later, /not valid yet/)
    expect(await verify(await sign(key, { ...CLAIMS, nbf: NOW + 5 }))).toMatchObject({ kind: 'verified' })
  })
})

describe('the header', () => {
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another scheme', 'Basic YTpi'],
    ['a scheme alone', 'Bearer'],
    ['no scheme', 'a.b.c'],
    ['two tokens', 'Bearer a.b.c, Bearer a.b.c'],
    ['a token and more', 'Bearer a.b.c d'],
    ['an opaque token', 'Bearer abc'],
    ['nonsense', 'Bearer ....'],
  ])('refuses %s', async (_, header) => {
    expect(await verifier().verify(header)).toMatchObject({ kind: 'refused', code: 'UNAUTHENTICATED' })
  })

  it('refuses a huge token before reading it, in no time', async () => {
    const token = await sign(key, { ...CLAIMS, more: 'x'.repeat(12_000) })
    await expectRefused(token, /too long/)
    const start = performance.now()
    await expectRefused(`${'a'.repeat(5_000_000)}.b.c`, /too long/)
    await expectRefused(`${'a.'.repeat(6_000)}!`)
    expect(performance.now() - start).toBeLessThan(100)
  })

  it('says nothing of the token in a refusal', async () => {
    const claims = { ...CLAIMS, sub: 'SECRET\n', aud: 'SECRET', iss: 'SECRET', roles: [{ a: 'SECRET' }] }
    for (const name of ['sub', 'aud', 'iss', 'roles'] as const) {
      const result = await verify(await sign(key, { ...CLAIMS, [name]: claims[name] }))
      expect(result.kind).toBe('refused')
      expect(JSON.stringify(result)).not.toContain('SECRET')
    }
  })
})

describe('verified tokens are remembered', () => {
  function counted(over: Partial<TokenVerifierOptions> = {}) {
    let known = true
    let lookups = 0
    const all = createLocalJWKSet({ keys: [key.jwk] })
    const none = createLocalJWKSet({ keys: [] })
    const keys: TokenVerifierOptions['keys'] = (header, token) => {
      lookups += 1
      return known ? all(header, token) : none(header, token)
    }
    const subject = verifier({ keys, ...over })
    return {
      verify: (token: string) => subject.verify(`Bearer ${token}`),
      lookups: () => lookups,
      withdrawKey: () => {
        known = false
      },
    }
  }

  it('one signature for many requests, then again, so that a withdrawn key stops', async () => {
    const { verify, lookups, withdrawKey } = counted()
    const token = await sign(key, CLAIMS)
    for (let i = 0; i < 5; i += 1)
      expect(await verify(token)).toMatchObject({ kind: 'verified', principal: PRINCIPAL })
    expect(lookups()).toBe(1)
    withdrawKey()
    seconds = NOW + 59
    expect(await verify(token)).toMatchObject({ kind: 'verified' })
    seconds = NOW + 60
    expect(await verify(token)).toMatchObject({ kind: 'refused' })
    seconds = NOW
  })

  it('expiry and beginning hold at each use, also when the clock is set back', async () => {
    const { verify, lookups } = counted()
    const token = await sign(key, { ...CLAIMS, nbf: NOW - 1, exp: NOW + 10 })
    expect(await verify(token)).toMatchObject({ kind: 'verified' })
    seconds = NOW + 14
    expect(await verify(token)).toMatchObject({ kind: 'verified' })
    expect(lookups()).toBe(1)
    seconds = NOW + 15
    expect(await verify(token)).toMatchObject({ code: 'TOKEN_EXPIRED' })
    seconds = NOW - 7
    expect(await verify(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
    seconds = NOW
  })

  it('a clock that is set back says nothing about how fresh a token is', async () => {
    const { verify, lookups } = counted()
    const token = await sign(key, CLAIMS)
    await verify(token)
    seconds = NOW - 1
    expect(await verify(token)).toMatchObject({ kind: 'verified' })
    expect(lookups()).toBe(2)
    seconds = NOW
  })

  it('one changed character is another token', async () => {
    const { verify } = counted()
    const token = await sign(key, CLAIMS)
    await verify(token)
    const [head, body, signature = ''] = token.split('.')
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    expect(await verify(`${head}.${body}.${other}`)).toMatchObject({ kind: 'refused' })
  })

  it('refusals are not remembered, and the memory is bounded', async () => {
    const { verify, lookups } = counted({ cacheSize: 2 })
    const wrong = await sign(key, { ...CLAIMS, aud: 'other' })
    await verify(wrong)
    await verify(wrong)
    expect(lookups()).toBe(2)
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => sign(key, { ...CLAIMS, sub })))
    for (const token of tokens) await verify(token)
    await verify(tokens[0] ?? '')
    expect(lookups()).toBe(6)
  })
})

it('a key source that throws anything is a refusal', async () => {
  for (const error of [new Error('postgres://secret'), 'secret', undefined, new TypeError('secret')]) {
    const token = await sign(key, CLAIMS)
    const result = await verify(token, { keys: () => Promise.reject(error) })
    expect(result).toMatchObject({ kind: 'refused', code: 'UNAUTHENTICATED' })
    expect(JSON.stringify(result)).not.toContain('secret')
  }
})
