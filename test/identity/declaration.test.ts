import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { combinePurpose } from '../../src/identity/combine-purpose.ts'
import { type DeclarationResult, readDeclaration } from '../../src/identity/declaration.ts'
import { authorizationOf } from '../../src/identity/header-lines.ts'

const declared = (...headers: string[]) => {
  const result = readDeclaration(headers)
  return result.kind === 'declaration' ? result.declaration : result.problem
}

/** What a declaration becomes after a real HTTP request with these header lines, bytes as given. */
async function overHttp(lines: readonly string[]): Promise<DeclarationResult> {
  return new Promise((resolve, reject) => {
    const server = createServer((incoming, response) => {
      resolve(readDeclaration(incoming.rawHeaders))
      response.end()
      server.close()
    })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      request({ port, headers: ['host', 'x', ...lines] as never }, (response) => response.resume())
        .on('error', reject)
        .end()
    })
  })
}

describe('the headers of a declaration', () => {
  it('are four, in any case, each optional', () => {
    expect(declared()).toEqual({
      purpose: undefined,
      justification: undefined,
      onDenied: 'reject',
      receipt: false,
    })
    const named = ['X-Purpose', 'BILLING', 'x-JUSTIFICATION', 'Case 7', 'x-on-denied', 'prune']
    expect(declared(...named, 'X-Receipt', 'true')).toEqual({
      purpose: 'BILLING',
      justification: 'Case 7',
      onDenied: 'prune',
      receipt: true,
    })
    const empty = ['x-purpose', ' ', 'x-justification', '', 'x-on-denied', '', 'x-receipt', '']
    expect(declared(...empty)).toEqual(declared())
  })

  it.each([
    ['x-purpose', 'BILLING,SUPPORT'],
    ['x-purpose', 'BILLING SUPPORT'],
    ['x-purpose', '`BILLING`'],
    ['x-purpose', 'A'.repeat(129)],
    ['x-purpose', '7UP'],
    ['x-purpose', 'BILLING\n'.repeat(2)],
    ['x-justification', 'a\tb'],
    ['x-justification', 'a\u0000b'],
    ['x-justification', 'a\u0085b'],
    ['x-justification', Buffer.from('a\u202eb').toString('latin1')],
    ['x-justification', Buffer.from('a\u2028b').toString('latin1')],
    ['x-justification', 'a'.repeat(1_001)],
    ['x-on-denied', 'Prune'],
    ['x-on-denied', 'prune, reject'],
    ['x-on-denied', '__proto__'],
    ['x-on-denied', 'SECRET'],
    ['x-receipt', 'TRUE'],
    ['x-receipt', '1'],
  ])('`%s: %s` is bad input, and the value is not repeated', (name, value) => {
    const problem = declared(name, value)
    expect(problem).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(JSON.stringify(problem)).toContain(name)
    expect(JSON.stringify(problem)).not.toContain('SECRET')
  })

  it.each(['x-purpose', 'x-justification', 'x-on-denied', 'x-receipt'])(
    '`%s` twice is bad input, also if equal',
    (name) => {
      expect(declared(name, 'prune', name.toUpperCase(), 'prune')).toMatchObject({ code: 'BAD_USER_INPUT' })
      expect(declared(name, '', name, 'prune')).toMatchObject({ code: 'BAD_USER_INPUT' })
    },
  )

  it('a justification may be Danish, in UTF-8 or Latin-1, up to 1,000 characters', async () => {
    const text = 'Rykker til Grønt & Blåt Ærø ApS 🇩🇰'
    const utf8 = Buffer.from(text).toString('latin1')
    expect(await overHttp(['x-justification', utf8])).toMatchObject({ declaration: { justification: text } })
    expect(await overHttp(['x-justification', 'Ærø'])).toMatchObject({
      declaration: { justification: 'Ærø' },
    })
    expect(declared('x-justification', Buffer.from('ø'.repeat(1_000)).toString('latin1'))).toMatchObject({
      justification: 'ø'.repeat(1_000),
    })
  })

  it('repetitions are seen over HTTP, where Node joins or drops them', async () => {
    expect(await overHttp(['x-purpose', 'BILLING', 'x-purpose', 'BILLING'])).toMatchObject({
      kind: 'problem',
    })
  })
})

describe('authorization', () => {
  it('is given once or becomes something that no verifier takes', () => {
    expect(authorizationOf(['host', 'x'])).toBeUndefined()
    expect(authorizationOf(['Authorization', 'Bearer a'])).toBe('Bearer a')
    expect(authorizationOf(['authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b'])).toBe(
      'Bearer a, Bearer b',
    )
  })
})

describe('the purpose of a request', () => {
  it.each([
    ['A', undefined, 'A'],
    [undefined, 'A', 'A'],
    ['A', 'A', 'A'],
  ])('header %s, operation %s → %s', (header, operation, purpose) => {
    expect(combinePurpose(header, operation)).toEqual({ kind: 'purpose', purpose })
  })

  it('is missing or in conflict otherwise', () => {
    expect(combinePurpose(undefined, undefined)).toMatchObject({ problem: { code: 'PURPOSE_MISSING' } })
    expect(combinePurpose('A', 'B')).toMatchObject({ problem: { code: 'PURPOSE_CONFLICT' } })
    expect(combinePurpose('A', 'a')).toMatchObject({ problem: { code: 'PURPOSE_CONFLICT' } })
  })
})
