import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ANALYST, CLERK, codesOf, OFFICER, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(() => world.forget())

const BILLING = { purpose: 'BILLING' }

describe('21 introspection (CVE-2026-30854)', () => {
  test.each([
    ['plainly', '{ __schema { types { name } } }'],
    ['in an inline fragment', '{ ... { __schema { types { name } } } }'],
    [
      'in an inline fragment with a type',
      '{ ... on Query { ... on Query { __type(name: "Customer") { name } } } }',
    ],
    ['in a fragment', '{ ...F } fragment F on Query { __schema { types { name } } }'],
    ['under an alias', '{ customers: __schema { types { name } } }'],
  ])('is for those who can be verified: %s', async (_, query) => {
    const response = await fetch(world.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('Customer')
    expect((await world.ask(CLERK, { query })).status).toBe(200)
    expect(world.statements()).toEqual([])
  })

  test('tells of declarations, and of no table, column, host or data', async () => {
    const query =
      '{ __schema { description types { name description fields { name description args { name description defaultValue } } inputFields { name defaultValue } enumValues { name description } } directives { name description args { name } } } }'
    const { status, text } = await world.ask(CLERK, { query })
    expect(status).toBe(200)
    for (const hidden of ['S3c', 'cpr_number', 'street_address', 'support_ticket', 'postgres', '127.0.0.1'])
      expect(text).not.toContain(hidden)
  })
})

describe('22 suggestions (graphql/graphql-js#3229)', () => {
  test.each([
    '{ customer(id: 1) { nam } }',
    '{ custome(id: 1) { id } }',
    '{ customers(wher: {}) { totalCount } }',
    '{ customers(where: { nam: {} }) { totalCount } }',
    '{ customers(where: { name: { equal: "x" } }) { totalCount } }',
    '{ customers(where: { kind: { equals: COMPANI } }) { totalCount } }',
    '{ customers(orderBy: [{ nam: ASC }]) { totalCount } }',
    'query($w: CustomerWher) { customers(where: $w) { totalCount } }',
    '{ customers { nodes { ... on Custome { id } } } }',
    '{ customers { nodes { ...Custome } } } fragment Customer on Customer { id }',
    'query @declar(purpose: BILLING) { customers { totalCount } }',
    'query @declare(purpose: BILING) { customers { totalCount } }',
    'query @declare(purpos: BILLING) { customers { totalCount } }',
  ])('none: %s', async (query) => {
    const answer = await world.ask(CLERK, { ...BILLING, query })
    expect(answer.status).toBe(400)
    expect(answer.text).not.toMatch(/did you mean/i)
  })

  test('nor in variables, or for a purpose', async () => {
    const query = 'query($w: CustomerWhere) { customers(where: $w) { totalCount } }'
    for (const w of [{ nam: { equals: 'x' } }, { name: { equal: 'x' } }, { kind: { equals: 'COMPANI' } }]) {
      const answer = await world.ask(CLERK, { ...BILLING, query, variables: { w } })
      expect(answer.status).toBe(400)
      expect(answer.text).not.toMatch(/did you mean|COMPANY|"equals"|`name`/i)
    }
    const answer = await world.ask(CLERK, { query: '{ customers { totalCount } }', purpose: 'BILLIN' })
    expect(answer.text).not.toMatch(/did you mean|BILLING/i)
  })
})

describe('23 values in errors', () => {
  /** As a client may send it by mistake, in every place where a value can stand. */
  // Its end is sought alone, too, so it has more digits than random ids in records can be expected to hold in a row.
  const PART = '12341234'
  const VALUE = `010190-${PART}`
  const text = JSON.stringify(VALUE)
  test.each([
    `{ customers(where: ${text}) { totalCount } }`,
    `{ customers(where: { name: ${text} }) { totalCount } }`,
    `{ customers(where: { name: { equals: { a: ${text} } } }) { totalCount } }`,
    `{ customers(first: ${text}) { totalCount } }`,
    `{ customers(where: { kind: { equals: ${text} } }) { totalCount } }`,
    `{ customers(where: { createdAt: { gt: ${text} } }) { totalCount } }`,
    `{ invoices(where: { net: { gt: ${text} } }) { totalCount } }`,
    `{ invoices(where: { dueOn: { gt: ${text} } }) { totalCount } }`,
    `{ customers(where: ${text} ${text}) { totalCount } }`,
    `{ ${text} }`,
    `{ customers(after: """${VALUE}""" """${VALUE}""") { totalCount } }`,
    `{ customers(first: ${VALUE}) { totalCount } }`,
    `{ customers(where: { name: { equals: "${VALUE} }) { totalCount } }`,
    `{ customers(where: { name: { equals: "\\q${VALUE}" } }) { totalCount } }`,
    `query($x: String = ${VALUE}) { customers(where: { name: { equals: $x } }) { totalCount } }`,
    `query($x: Int = ${text}) { customers(first: $x) { totalCount } }`,
    `query @declare(purpose: ${text}) { customers { totalCount } }`,
    `{ customers(first: 1) @include(if: ${text}) { totalCount } }`,
    `{ customer(id: ${text}) { id } }`,
    `{ customers(after: ${text}) { totalCount } }`,
  ])('%s', async (query) => {
    const answer = await world.ask(CLERK, { ...BILLING, query })
    await world.expectUnseen(VALUE, [answer])
    await world.expectUnseen(PART, [answer])
  })

  test.each([
    ['String', 12341234],
    ['Int', VALUE],
    ['Int', 1e12],
    ['Boolean', VALUE],
    ['ID', { a: VALUE }],
    ['CustomerWhere', VALUE],
    ['CustomerWhere', { [VALUE]: { equals: VALUE } }],
    ['CustomerWhere', { name: { equals: [VALUE] } }],
    ['CustomerWhere', { kind: { equals: VALUE } }],
    ['CustomerWhere', { createdAt: { gt: VALUE } }],
    ['InvoiceWhere', { net: { gt: VALUE } }],
    ['InvoiceWhere', { dueOn: { gt: VALUE } }],
    ['[CustomerOrderBy!]', [{ name: VALUE }]],
    ['Purpose', VALUE],
  ])('of a variable of type %s', async (type, x) => {
    // Two, so that the variable is used in every case.
    const query = `query($x: ${type}) { customers { totalCount } __type(name: "Query") @skip(if: true) { name } a: customers(after: "x", where: $x) { totalCount } }`
    const answer = await world.ask(CLERK, { ...BILLING, query, variables: { x } })
    expect(answer.status).toBe(400)
    await world.expectUnseen(PART, [answer])
    const fitting: Readonly<Record<string, string>> = {
      Int: 'customers(first: $x) { totalCount }',
      String: 'customers(where: { name: { equals: $x } }) { totalCount }',
      Boolean: 'customers @include(if: $x) { totalCount }',
      ID: 'customers(where: { id: { equals: $x } }) { totalCount }',
      CustomerWhere: 'customers(where: $x) { totalCount }',
      InvoiceWhere: 'invoices(where: $x) { totalCount }',
      '[CustomerOrderBy!]': 'customers(orderBy: $x) { totalCount }',
    }
    const used = fitting[type]
    if (used === undefined) return
    const coerced = await world.ask(CLERK, {
      ...BILLING,
      query: `query($x: ${type}${type === 'Boolean' ? '!' : ''}) { ${used} }`,
      variables: { x },
    })
    expect(codesOf(coerced)).toEqual(['BAD_USER_INPUT'])
    await world.expectUnseen(PART, [coerced])
  })

  test('what the database says of a value stays here', async () => {
    const query = 'query($x: ID!) { customer(id: $x) { id } }'
    for (const x of [VALUE, `${VALUE}\u0000`, "' OR 1=1 --", '99999999999']) {
      const answer = await world.ask(CLERK, { ...BILLING, query, variables: { x } })
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT'])
      await world.expectUnseen(PART, [answer])
      await world.expectUnseen('invalid input syntax', [answer])
      await world.expectUnseen('out of range', [answer])
    }
  })
})

describe('24 a redacted error whose path is put back (CVE-2026-78693)', () => {
  test('errors say code, coordinate, path and purposes, and nothing else', async () => {
    const query = '{ customers(first: 1) { nodes { name contacts { nodes { cpr } } } } }'
    for (const headers of [{}, { 'x-on-denied': 'prune' }]) {
      const { body } = await world.ask(CLERK, { ...BILLING, query, headers })
      for (const error of body.errors) {
        expect(Object.keys(error).sort()).toEqual(['extensions', 'message', 'path'])
        expect(Object.keys(error.extensions).sort()).toEqual(['code', 'coordinate', 'permittedFor'])
        // One error stands for the field in all rows: no index tells how many there are.
        expect(error.path).toEqual(['customers', 'nodes', 'contacts', 'nodes', 'cpr'])
      }
    }
  })

  test('a fault inside says that there was one, and no more', async () => {
    await world.owner.query('ALTER TABLE bank_account RENAME COLUMN bank_name TO bank_name_gone')
    try {
      const answer = await world.ask(CLERK, {
        ...BILLING,
        query: '{ customers(first: 1) { nodes { name } } bankAccounts { nodes { bank } } }',
      })
      expect(answer.status).toBe(500)
      expect(answer.body).toEqual({
        errors: [
          {
            message: 'the gateway failed; nothing was released',
            path: ['bankAccounts'],
            extensions: { code: 'INTERNAL_ERROR' },
          },
        ],
      })
      await world.expectUnseen('firmS3cret', [answer])
      await world.expectUnseen('does not exist', [answer])
    } finally {
      await world.owner.query('ALTER TABLE bank_account RENAME COLUMN bank_name_gone TO bank_name')
    }
  })
})

describe('27 values in logs, spans and metrics (opentelemetry-js-contrib#2844)', () => {
  test('what is granted is in the answer and nowhere else', async () => {
    const query =
      '{ contacts(first: 3) { edges { cursor node { cpr name birthDate customer { address } } } } }'
    const answer = await world.ask(OFFICER, { purpose: 'LEGAL_OBLIGATION', query })
    expect(answer.text).toContain('cprS3c')
    for (const secret of ['cprS3c', 'personS3cret', 'streetS3cret']) await world.expectUnseen(secret, [])
  })

  test('nor are arguments, in whatever form they are sent', async () => {
    const value = 'typedS3cret'
    const variables = { x: value }
    const asked = [
      { query: `{ contacts(where: { name: { equals: "${value}" } }) { totalCount } }` },
      {
        query: 'query($x: String) { contacts(where: { name: { contains: $x } }) { totalCount } }',
        variables,
      },
      {
        query:
          `query($x: String = "${value}") { contacts(where: { name: { in: [$x] } }) { totalCount } }`.replace(
            'String =',
            'String! =',
          ),
      },
      { query: `{ contacts(after: "${value}") { totalCount } }` },
      { query: `{ contacts { totalCount } } # ${value}` },
      { query: '{ contacts { totalCount } }', variables: { unused: value } },
    ]
    for (const one of asked) {
      const answer = await world.ask(CLERK, { ...BILLING, ...one })
      expect([200, 400]).toContain(answer.status)
      await world.expectUnseen(value, [answer])
    }
  })

  test('nor tokens, and labels come from a closed set', async () => {
    const token = await world.gateway.token(CLERK)
    await world.ask(CLERK, { query: '{ customers { totalCount } }', purpose: 'LABEL_S3CRET' })
    await world.ask(
      { roles: ['ROLE_S3CRET'], purposes: ['PURPOSE_S3CRET'] },
      { query: '{ customers { totalCount } }' },
    )
    await world.expectUnseen(token, [])
    await world.expectUnseen(token.split('.')[2] ?? '', [])
    expect(await world.metrics()).not.toContain('S3CRET')
  })
})

describe('JSON that is passed on as text', () => {
  const HOSTILE = [
    '"',
    '\\',
    '\\"},"admin":true,{"x":"',
    '</script><script>alert(1)</script>',
    '\u2028\u2029',
    '\u0001\u001f\u007f',
    '\u{1f600}\u0301',
    '\ufeff\u200b\u202e',
    '{"data":null}',
    '","errors":[],"x":"',
    '\n\r\t\b\f',
    "'; DROP TABLE customer; --",
    '$1 $$ %s %n',
    'a'.repeat(100_000),
  ]
  test('carries every text unchanged, in valid JSON and in its place', async () => {
    for (const text of HOSTILE) {
      await world.owner.query('UPDATE customer SET name = $1 WHERE id = 9', [text])
      const query =
        '{ customers(where: { id: { equals: "9" } }) { edges { cursor node { name id } } } x: customer(id: 9) { name } }'
      const answer = await world.ask(CLERK, { ...BILLING, query })
      expect(answer.body.data.customers.edges[0].node).toEqual({ name: text, id: '9' })
      expect(answer.body.data.x).toEqual({ name: text })
      expect(Object.keys(answer.body)).toEqual(['data'])
      expect(answer.headers.get('content-type')).toMatch(
        /^application\/(graphql-response\+)?json; charset=utf-8$/,
      )
      const found = await world.ask(CLERK, {
        ...BILLING,
        query: 'query($x: String) { customers(where: { name: { equals: $x } }) { nodes { id } } }',
        variables: { x: text },
      })
      if (text.length < 1_000) expect(found.body.data.customers.nodes).toEqual([{ id: '9' }])
    }
    await world.owner.query(`UPDATE customer SET name = 'firmS3cret9' WHERE id = 9`)
  })

  test('also what is left of a text under a transform', async () => {
    for (const text of ['","x":"', '"},{"a', '\\\\\\\\', '\n\n\n\n\n\n\n\n']) {
      const iban = text.padStart(8, '.')
      await world.owner.query('UPDATE bank_account SET iban = $1 WHERE id = 1', [iban])
      await world.owner.query('UPDATE contact SET email = $1 WHERE id = 1', [`x@${text}`])
      const clerk = await world.ask(CLERK, { ...BILLING, query: '{ bankAccount(id: 1) { iban } }' })
      expect(clerk.body.data.bankAccount).toEqual({ iban: iban.slice(-4) })
      const query = '{ contacts(first: 200) { nodes { email } } }'
      const analyst = await world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
      expect(analyst.body.data.contacts.nodes).toContainEqual({ email: text })
    }
    const tags = ['"', '\\', 'a,b', '{}', '', '</script>', 'NULL', '\u2028']
    await world.owner.query('UPDATE support_ticket SET tags = $1', [tags])
    const properties = { '"': '\\"', ['__proto__']: 1, '': ['\u2028', { 'a.0.7b7d': 1e300 }] }
    await world.owner.query('UPDATE usage_event SET properties = $1', [JSON.stringify(properties)])
    const { body } = await world.ask(
      { roles: ['PRODUCT_ANALYST'], purposes: ['SERVICE_IMPROVEMENT'] },
      {
        purpose: 'SERVICE_IMPROVEMENT',
        query:
          '{ supportTickets(first: 1) { nodes { tags } } usageEvents(first: 1) { nodes { properties } } }',
      },
    )
    expect(body.data.supportTickets.nodes).toEqual([{ tags }])
    expect(body.data.usageEvents.nodes).toEqual([{ properties }])
  })

  test('takes no SQL from any text that a client sends', async () => {
    const injections = [
      `'; DROP TABLE contact; --`,
      `' OR '1'='1`,
      `\\'; SELECT pg_sleep(9); --`,
      `"$1"`,
      `') UNION SELECT "cpr_number" FROM contact --`,
    ]
    for (const text of injections) {
      const q = JSON.stringify(text)
      const asked = [
        { query: `{ customers(where: { name: { equals: ${q} } }) { totalCount } }` },
        {
          query: `{ customers(where: { name: { in: [${q}] }, city: { startsWith: ${q}, mode: INSENSITIVE } }) { totalCount } }`,
        },
        { query: `{ customers(after: ${q}) { totalCount } }` },
        { query: `{ customer(id: ${q}) { id } }` },
        { query: '{ customers { totalCount } }', headers: { 'x-justification': text } },
        { query: '{ customers { totalCount } }', headers: { 'x-on-denied': text } },
        { query: '{ customers { totalCount } }', operationName: text },
        {
          query: 'query($x: String) { customers(where: { name: { contains: $x } }) { totalCount } }',
          variables: { x: text },
        },
      ]
      for (const one of asked)
        expect((await world.ask(CLERK, { ...BILLING, ...one })).status).toBeLessThan(500)
      expect((await world.ask(CLERK, { query: '{ customers { totalCount } }', purpose: text })).status).toBe(
        400,
      )
      for (const sql of world.statements()) expect(sql).not.toContain(text.replaceAll("'", "''"))
    }
    const { rows } = await world.owner.query('SELECT count(*)::int AS n FROM contact')
    expect(rows[0].n).toBeGreaterThan(0)
    await world.expectUnread([], 'cpr')
  })

  test('long aliases and operation names', async () => {
    const long = 'a'.repeat(12_000)
    const query = `query ${long} { ${long}: customers(first: 1) { ${long}: nodes { ${long}: id ${long}x: name } } }`
    const { body } = await world.ask(CLERK, { ...BILLING, query, operationName: long })
    expect(body.data[long][long][0]).toEqual({ [long]: '1', [`${long}x`]: 'firmS3cret1' })
    const record = (await world.records()).at(-1)
    expect(record?.json.operation.name).toMatchObject({ bytes: 12_000 })
  })

  test('a transform is applied under every alias, and twice is no weaker than once', async () => {
    const query =
      '{ contacts(first: 2) { nodes { a: email b: email email a: email } edges { node { email } } } }'
    const answer = await world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
    const [node] = answer.body.data.contacts.nodes
    expect(Object.keys(node)).toEqual(['a', 'b', 'email'])
    expect(new Set(Object.values(node)).size).toBe(1)
    await world.expectUnseen('mailboxS3cret', [answer])
  })
})
