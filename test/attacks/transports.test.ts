import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../gateway.ts'
import { CLERK, codesOf, openWorld, TWO_HATS, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(() => world.forget())

const SECRET = '{ contacts(first: 1) { nodes { cpr } } }'
const OPEN = '{ customers(first: 1) { nodes { id } } }'
const JSON_HEADERS = { 'content-type': 'application/json', 'x-purpose': 'BILLING' }
const post = (
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = JSON_HEADERS,
  asker = CLERK,
) => world.send(asker, { method: 'POST', headers, body: body as string })
const get = (
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  asker = CLERK,
) => world.send(asker, { method: 'GET', headers }, `${world.gateway.url}?${new URLSearchParams(parameters)}`)
const PREFLIGHTED = { 'x-purpose': 'BILLING', 'apollo-require-preflight': '1' }

/** Raw bytes over TCP, for what `fetch` will not send. */
async function raw(lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(world.gateway.url)
  const token = await world.gateway.token(CLERK)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.setTimeout(2_000, () => socket.destroy())
    const head = [
      ...lines,
      'Host: gateway',
      `Authorization: Bearer ${token}`,
      'X-Purpose: BILLING',
      'Connection: close',
    ]
    // A line of its own wins over the default of the same name.
    const names = new Set<string>()
    const unique = head.filter((line, i) => {
      const name = i === 0 ? '' : (line.split(':')[0] ?? '').toLowerCase()
      if (name === '' || !names.has(name) || name.startsWith('x-')) return names.add(name)
      return false
    })
    socket.write(`${unique.join('\r\n')}\r\n\r\n${body}`)
  })
}

describe('17 a second transport skips the checks (CVE-2026-32594)', () => {
  test('GET is decided on like POST', async () => {
    const answer = await get({ query: SECRET }, PREFLIGHTED)
    expect(codesOf(answer)).toEqual(['FIELD_NOT_PERMITTED'])
    const variables = JSON.stringify({ w: { cpr: { equals: 'cprS3c' } } })
    const filtered = await get(
      { query: 'query($w: ContactWhere) { contacts(where: $w) { totalCount } }', variables },
      PREFLIGHTED,
    )
    expect(codesOf(filtered)).toEqual(['ARGUMENT_NOT_PERMITTED'])
    expect((await get({ query: OPEN }, PREFLIGHTED)).status).toBe(200)
    await world.expectUnread(answer, 'cpr')
    const records = await world.records()
    expect(records.slice(-3).map(({ json }) => json.outcome)).toEqual(['refused', 'refused', 'granted'])
  })

  test('parameters of the address beside a body count for nothing', async () => {
    const query = new URLSearchParams({ query: SECRET, operationName: 'X', variables: '{}' })
    const answer = await world.send(
      CLERK,
      { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify({ query: OPEN }) },
      `${world.gateway.url}?${query}`,
    )
    expect(answer.body).toEqual({ data: { customers: { nodes: [{ id: '1' }] } } })
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'QUERY', 'TRACE', 'CONNECT', 'PROPFIND'])(
    '%s is not served',
    async (method) => {
      const body = JSON.stringify({ query: OPEN })
      const text = await raw(
        [`${method} /graphql HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${body.length}`],
        body,
      )
      expect(text).not.toMatch(/^HTTP\/1\.1 2/)
      expect(world.statements()).toEqual([])
    },
  )

  test.each(['x-http-method-override', 'x-method-override', 'x-http-method'])(
    '%s is not heard',
    async (name) => {
      const answer = await world.send(CLERK, {
        method: 'DELETE',
        headers: { ...JSON_HEADERS, [name]: 'POST' },
        body: JSON.stringify({ query: OPEN }),
      })
      expect(answer.status).toBe(405)
      expect(world.statements()).toEqual([])
    },
  )

  test('a WebSocket is not opened', async () => {
    for (const protocol of ['graphql-transport-ws', 'graphql-ws']) {
      const text = await raw([
        'GET /graphql HTTP/1.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        `Sec-WebSocket-Protocol: ${protocol}`,
      ])
      expect(text).toMatch(/^HTTP\/1\.1 4/)
      expect(text).not.toMatch(/ 101 /)
    }
  })

  test('HTTP/2 without TLS is not taken up', async () => {
    const text = await raw([
      'GET /graphql HTTP/1.1',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ])
    expect(text).not.toMatch(/ 101 /)
  })

  test.each([
    ['a batch', JSON.stringify([{ query: OPEN }, { query: SECRET }])],
    ['a batch of one', JSON.stringify([{ query: SECRET }])],
    ['an empty batch', '[]'],
    [
      'a persisted query',
      JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
    ],
    [
      'a persisted query with its text',
      JSON.stringify({
        query: OPEN,
        extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
      }),
    ],
    ['an id for a document', JSON.stringify({ id: 'x', documentId: 'x', doc_id: 'x' })],
    ['a document that is not text', JSON.stringify({ query: { kind: 'Document', definitions: [] } })],
    ['a list of documents', JSON.stringify({ query: [OPEN, SECRET] })],
    ['null', 'null'],
    ['a number', '1'],
    ['text', JSON.stringify(OPEN)],
    ['two documents in one body', `${JSON.stringify({ query: OPEN })}${JSON.stringify({ query: SECRET })}`],
  ])('%s is refused with a code of the table', async (_, body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(['BAD_REQUEST', 'OPERATION_UNSUPPORTED']).toContain(codesOf(answer)[0])
    expect(world.statements()).toEqual([])
  })

  test('of a member that is given twice, the one that is decided on is the one that is read', async () => {
    const answers = [
      await post(`{"query":${JSON.stringify(OPEN)},"query":${JSON.stringify(SECRET)}}`),
      await post(`{"query":${JSON.stringify(SECRET)},"query":${JSON.stringify(OPEN)}}`),
    ]
    for (const answer of answers) expect([200, 400, 403]).toContain(answer.status)
    await world.expectUnread(answers, 'cpr')
  })

  test.each([
    ['subscription', 'subscription { customers { nodes { id } } }'],
    ['mutation', 'mutation { customers { nodes { id } } }'],
    ['@defer', '{ customers(first: 1) { nodes { id ... @defer { name } } } }'],
    ['@stream', '{ customers(first: 1) { nodes @stream { id } } }'],
  ])('%s is refused', async (_, query) => {
    for (const accept of [
      '*/*',
      'multipart/mixed;deferSpec=20220824, application/json',
      'text/event-stream, */*',
    ]) {
      const answer = await post(JSON.stringify({ query }), { ...JSON_HEADERS, accept })
      expect(answer.status).toBe(400)
      expect(codesOf(answer)).toContain('OPERATION_UNSUPPORTED')
      expect(world.statements()).toEqual([])
    }
  })

  test('two purposes in one request are none', async () => {
    const text = await raw(
      [
        'POST /graphql HTTP/1.1',
        'X-Purpose: LEGAL_OBLIGATION',
        'Content-Type: application/json',
        `Content-Length: ${JSON.stringify({ query: OPEN }).length}`,
      ],
      JSON.stringify({ query: OPEN }),
    )
    expect(text).toMatch(/^HTTP\/1\.1 400/)
    for (const purpose of [
      'BILLING, LEGAL_OBLIGATION',
      'BILLING;LEGAL_OBLIGATION',
      "BILLING' OR '1'='1",
      'billing',
      '__proto__',
      'constructor',
      '*',
    ])
      expect((await world.ask(TWO_HATS, { query: OPEN, purpose })).status).toBe(400)
    expect(world.statements()).toEqual([])
  })

  test('a purpose in a query parameter, a body or a cookie is not declared', async () => {
    const body = JSON.stringify({
      query: OPEN,
      purpose: 'BILLING',
      extensions: { purpose: 'BILLING', headers: { 'x-purpose': 'BILLING' } },
    })
    const answer = await world.send(
      CLERK,
      { method: 'POST', headers: { 'content-type': 'application/json', cookie: 'x-purpose=BILLING' }, body },
      `${world.gateway.url}?x-purpose=BILLING&purpose=BILLING`,
    )
    expect(codesOf(answer)).toEqual(['PURPOSE_MISSING'])
  })

  test.each(['/graphql/', '/GraphQL', '//graphql', '/graphql/../graphql', '/%67raphql', '/graphql;x', '/'])(
    'another spelling of the address is the same or nothing: %s',
    async (path) => {
      const body = JSON.stringify({ query: SECRET })
      const text = await raw(
        [`POST ${path} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${body.length}`],
        body,
      )
      expect(text).toMatch(/^HTTP\/1\.1 (403|404)/)
      expect(text).not.toContain('cprS3c')
    },
  )

  test('no token, half a token, a token elsewhere', async () => {
    const token = await world.gateway.token(CLERK)
    const ask = (headers: Record<string, string>, url = world.gateway.url) =>
      fetch(url, {
        method: 'POST',
        headers: { ...JSON_HEADERS, ...headers },
        body: JSON.stringify({ query: OPEN }),
      })
    const answers = await Promise.all([
      ask({}),
      ask({ authorization: token }),
      ask({ authorization: `Basic ${token}` }),
      ask({ authorization: `Bearer ${token.slice(0, -3)}` }),
      ask({ authorization: `Bearer ${token}, Bearer ${token}` }),
      ask({ authorization: `Bearer ${token.split('.').slice(0, 2).join('.')}.` }),
      ask({ cookie: `authorization=Bearer ${token}` }),
      ask({ 'x-forwarded-authorization': `Bearer ${token}` }),
      ask({}, `${world.gateway.url}?access_token=${token}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401))
    expect(world.statements()).toEqual([])
  })
})

describe('25 cache headers (GHSA-8r69-3cvp-wxc3), 26 cross-site requests (GHSA-9q82-xgwf-vj6h)', () => {
  test('no answer may be stored, whatever it is', async () => {
    const answers: readonly Answer[] = [
      await post(JSON.stringify({ query: OPEN })),
      await post(JSON.stringify({ query: SECRET })),
      await post(JSON.stringify({ query: SECRET }), { ...JSON_HEADERS, 'x-on-denied': 'prune' }),
      await post(JSON.stringify({ query: '{' })),
      await post(JSON.stringify({ query: '{ __schema { queryType { name } } }' })),
      await post('['),
      await post(JSON.stringify([{ query: OPEN }])),
      await get({ query: OPEN }, PREFLIGHTED),
      await get({ query: OPEN }, { 'x-purpose': 'BILLING' }),
      await world.send(CLERK, { method: 'PUT' }),
      await world.send(CLERK, { method: 'POST', headers: { authorization: 'none' } }),
    ]
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('etag')).toBeNull()
    }
  })

  test('a page of another site can send neither a GET nor a form', async () => {
    const simple: readonly RequestInit[] = [
      { method: 'GET', headers: { 'content-type': 'text/plain' } },
      { method: 'GET', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { method: 'GET', headers: {} },
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: OPEN }) },
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain; application/json' },
        body: JSON.stringify({ query: OPEN }),
      },
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `query=${encodeURIComponent(OPEN)}`,
      },
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: OPEN })}\r\n--x--`,
      },
    ]
    for (const init of simple) {
      const answer = await world.send(
        CLERK,
        init,
        `${world.gateway.url}?query=${encodeURIComponent(`query @declare(purpose: BILLING) ${OPEN}`)}`,
      )
      expect([400, 415]).toContain(answer.status)
    }
    expect(world.statements()).toEqual([])
  })

  test('no other site is let in by CORS, and no answer is a page', async () => {
    const answer = await post(JSON.stringify({ query: OPEN }), {
      ...JSON_HEADERS,
      origin: 'https://evil.example',
    })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    const page = await get({}, { accept: 'text/html', 'content-type': 'application/json' })
    expect(page.headers.get('content-type')).toMatch(/^application\//)
    expect(page.text).not.toContain('<')
  })
})

describe('33 bodies that are too large or oddly encoded (CVE-2026-23897)', () => {
  const body = JSON.stringify({ query: OPEN })
  test('too large, declared or not', async () => {
    const large = JSON.stringify({ query: `${OPEN} #${'x'.repeat(200_000)}` })
    expect((await post(large)).status).toBe(413)
    const chunk = 'x'.repeat(60_000)
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(3)
    const text = await raw(
      ['POST /graphql HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked'],
      `${chunks}0\r\n\r\n`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 413/)
    expect(world.statements()).toEqual([])
  })

  test.each<[string, string | Uint8Array, Record<string, string>]>([
    ['UTF-16', Buffer.from(body, 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' }],
    ['UTF-16 that says nothing', Buffer.from(body, 'utf16le'), {}],
    ['UTF-7', body, { 'content-type': 'application/json; charset=utf-7' }],
    ['compressed', body, { 'content-encoding': 'gzip' }],
    ['compressed twice', body, { 'content-encoding': 'gzip, br' }],
    ['a type that only begins like JSON', body, { 'content-type': 'application/jsonx' }],
    ['two types', body, { 'content-type': 'application/json, text/plain' }],
    ['GraphQL as text', OPEN, { 'content-type': 'application/graphql' }],
    ['a body with __proto__', body.replace('{', '{"__proto__":{"query":"x"},'), {}],
    [
      'a body with constructor.prototype',
      body.replace('{', '{"constructor":{"prototype":{"query":"x"}},'),
      {},
    ],
    ['an empty body', '', {}],
    ['half a body', body.slice(0, -3), {}],
    ['NaN', body.replace('{', '{"variables":NaN,'), {}],
  ])('%s', async (_, bytes, headers) => {
    const answer = await post(bytes, { ...JSON_HEADERS, ...headers })
    expect([400, 415]).toContain(answer.status)
    expect(codesOf(answer)[0]).not.toBe('INTERNAL_ERROR')
    expect(world.statements()).toEqual([])
  })

  test('a length that is not that of the body does not make two requests of one', async () => {
    const hidden = `POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\n\r\n`
    const text = await raw(
      [
        'POST /graphql HTTP/1.1',
        'Content-Type: application/json',
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
      ],
      `0\r\n\r\n${hidden}`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 400/)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })
})
