import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  AGENT,
  ANALYST,
  CLERK,
  codesOf,
  MARKETER,
  openWorld,
  TWO_HATS,
  WATCHER,
  type World,
} from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(() => world.forget())

const BILLING = { purpose: 'BILLING' }
const PRUNE = { 'x-on-denied': 'prune' }

describe('12 filters and orders as oracles (CVE-2026-54698, CVE-2026-31872, neo4j/graphql#3560)', () => {
  const filters: readonly (readonly [string, string])[] = [
    ['a field', '{ contacts(where: { cpr: { startsWith: "c" } }) { totalCount } }'],
    ['null or not', '{ contacts(where: { cpr: { not: null } }) { totalCount } }'],
    ['an empty filter', '{ contacts(where: { cpr: {} }) { totalCount } }'],
    [
      'inside AND',
      '{ contacts(where: { AND: [{ name: { contains: "a" } }, { cpr: { gt: "5" } }] }) { totalCount } }',
    ],
    [
      'inside OR and NOT',
      '{ contacts(where: { NOT: [{ OR: [{ cpr: { equals: "x" } }] }] }) { totalCount } }',
    ],
    [
      'one object for a list',
      '{ contacts(where: { AND: { OR: { NOT: { cpr: { in: ["x"] } } } } }) { totalCount } }',
    ],
    [
      'through a relation',
      '{ customers(where: { contacts: { some: { cpr: { lt: "5" } } } }) { totalCount } }',
    ],
    [
      'through every',
      '{ customers(where: { contacts: { every: { cpr: { notIn: ["x"] } } } }) { totalCount } }',
    ],
    [
      'through none',
      '{ customers(where: { contacts: { none: { cpr: { endsWith: "t" } } } }) { nodes { id } } }',
    ],
    [
      'there and back',
      '{ contacts(where: { customer: { is: { contacts: { some: { cpr: { equals: "x" } } } } } }) { totalCount } }',
    ],
    [
      'through isNot',
      '{ invoices(where: { customer: { isNot: { contacts: { some: { cpr: { equals: "x" } } } } } }) { totalCount } }',
    ],
    [
      'on a list below',
      '{ customers(first: 2) { nodes { contacts(where: { cpr: { equals: "x" } }) { totalCount } } } }',
    ],
    ['an order', '{ contacts(orderBy: [{ cpr: ASC }], first: 1) { nodes { id } } }'],
    ['a second order', '{ contacts(orderBy: [{ name: ASC }, { cpr: DESC }], first: 1) { nodes { id } } }'],
    ['one object for a list of orders', '{ contacts(orderBy: { cpr: ASC }, first: 1) { edges { cursor } } }'],
    [
      'an order on a list below',
      '{ customers(first: 2) { nodes { contacts(orderBy: [{ cpr: ASC }]) { nodes { id } } } } }',
    ],
    [
      'only whether there is more',
      '{ contacts(where: { cpr: { equals: "x" } }) { pageInfo { hasNextPage } } }',
    ],
    ['only the type’s name', '{ contacts(where: { cpr: { equals: "x" } }) { __typename } }'],
  ]
  test.each(filters)('refused, and pruned whole: %s', async (_, query) => {
    const refused = await world.ask(CLERK, { ...BILLING, query })
    expect(refused.status).toBe(403)
    expect(refused.body.errors).toContainEqual(
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'ARGUMENT_NOT_PERMITTED', coordinate: 'Contact.cpr' }),
      }),
    )
    const pruned = await world.ask(CLERK, { ...BILLING, query, headers: PRUNE })
    expect(pruned.status).toBe(200)
    expect(pruned.text).toMatch(/null/)
    await world.expectUnread([refused, pruned], 'cpr')
  })

  test.each(filters)('the same in a variable: %s', async (_, query) => {
    const where = /where: (\{.*\})\) \{/.exec(query)?.[1]
    if (where === undefined) return
    // As JSON: names and enum values in quotes.
    const json = where.replace(/(\w+):/g, '"$1":')
    const type = query.includes('customers(where')
      ? 'Customer'
      : query.includes('invoices')
        ? 'Invoice'
        : 'Contact'
    const asked = {
      query: `query($w: ${type}Where) ${query.replace(where, '$w')}`,
      variables: { w: JSON.parse(json) },
    }
    const refused = await world.ask(CLERK, { ...BILLING, ...asked })
    expect(codesOf(refused)).toContain('ARGUMENT_NOT_PERMITTED')
    const pruned = await world.ask(CLERK, { ...BILLING, ...asked, headers: PRUNE })
    expect(pruned.status).toBe(200)
    await world.expectUnread([refused, pruned], 'cpr')
  })

  test('a leaf in a variable inside a literal, and a default value, are looked at as well', async () => {
    for (const query of [
      'query($v: String = "c") { contacts(where: { cpr: { startsWith: $v } }) { totalCount } }',
      'query($w: ContactWhere = { cpr: { startsWith: "c" } }) { contacts(where: $w) { totalCount } }',
      'query($f: StringFilter = {}) { contacts(where: { OR: [{ cpr: $f }] }) { totalCount } }',
      'query($o: [ContactOrderBy!] = [{ cpr: ASC }]) { contacts(orderBy: $o) { nodes { id } } }',
      'query($o: OrderDirection = ASC) { contacts(orderBy: [{ cpr: $o }]) { nodes { id } } }',
    ]) {
      const answer = await world.ask(CLERK, { ...BILLING, query })
      expect(codesOf(answer)).toEqual(['ARGUMENT_NOT_PERMITTED'])
      await world.expectUnread(answer, 'cpr')
    }
  })

  test('a masked field is no filter and no order: the mask would be undone letter by letter', async () => {
    for (const query of [
      '{ contacts(where: { email: { startsWith: "mailbox" } }) { totalCount } }',
      '{ contacts(orderBy: [{ birthDate: ASC }]) { nodes { birthDate } } }',
      '{ customers(where: { id: { equals: "1" } }) { nodes { id } } }',
      '{ customers(where: { createdAt: { gt: "2020-01-01T00:00:00Z" } }) { totalCount } }',
      '{ customers(orderBy: [{ id: DESC }]) { nodes { id } } }',
    ]) {
      const answer = await world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
      expect(codesOf(answer)).toEqual(['ARGUMENT_NOT_PERMITTED'])
      expect(world.statements()).toEqual([])
    }
  })

  test('a relation that may not be followed may not be filtered through, not even by an empty filter', async () => {
    for (const quantified of ['some: {}', 'none: {}', 'every: {}', 'some: { id: { equals: "1" } }']) {
      const query = `{ customers(where: { invoices: { ${quantified} } }) { totalCount } }`
      const answer = await world.ask(MARKETER, { purpose: 'MARKETING', query })
      expect(answer.body.errors[0].extensions).toMatchObject({
        code: 'ARGUMENT_NOT_PERMITTED',
        coordinate: 'Customer.invoices',
      })
    }
    expect(world.statements()).toEqual([])
  })

  test('dotted names are names of nothing', async () => {
    const headers = { 'content-type': 'application/json', 'x-purpose': 'BILLING' }
    const query = 'query($w: CustomerWhere) { customers(where: $w) { totalCount } }'
    for (const key of ['contacts.cpr', 'contacts.some.cpr', 'name" OR "cpr', '$where', 'cpr_number'])
      expect(
        (
          await world.send(CLERK, {
            method: 'POST',
            headers,
            body: JSON.stringify({ query, variables: { w: { [key]: { equals: 'x' } } } }),
          })
        ).status,
      ).toBe(400)
    expect(world.statements()).toEqual([])
  })

  test('% and _ are letters', async () => {
    await world.owner.query(`UPDATE customer SET name = 'a%b_c\\d' WHERE id = 7`)
    const count = async (operator: string, value: string, mode = 'DEFAULT') => {
      const query = `query($v: String) { customers(where: { name: { ${operator}: $v, mode: ${mode} } }) { totalCount } }`
      return (await world.ask(CLERK, { ...BILLING, query, variables: { v: value } })).body.data.customers
        .totalCount
    }
    for (const mode of ['DEFAULT', 'INSENSITIVE']) {
      for (const one of ['%', '_', '\\', '%b_', '_c\\d']) expect(await count('contains', one, mode)).toBe(1)
      for (const none of ['%%', 'a_b', 'f%t', '\\\\', '\\%'])
        expect(await count('contains', none, mode)).toBe(0)
      expect(await count('startsWith', '%', mode)).toBe(0)
      expect(await count('endsWith', '_', mode)).toBe(0)
      expect(await count('equals', 'a%b_c\\d', mode)).toBe(1)
      expect(await count('equals', '%', mode)).toBe(0)
    }
    expect(await count('contains', '')).toBe(60)
  })

  test('what is unknown of a related row is not true because it is negated', async () => {
    const { rows } = await world.owner.query(
      `SELECT id, cvr FROM customer WHERE cvr IS NOT NULL ORDER BY id LIMIT 2`,
    )
    const [named, unnamed] = rows as [{ id: number; cvr: string }, { id: number }]
    await world.owner.query('UPDATE customer SET cvr = NULL WHERE id = $1', [unnamed.id])
    const count = async (condition: string, ids = [named.id, unnamed.id]) => {
      const whose = `{ customer: { is: { id: { in: ${JSON.stringify(ids.map(String))} } } } }`
      const query = `{ bankAccounts(where: { AND: [${whose}, ${condition}] }) { totalCount } }`
      return (await world.ask(CLERK, { ...BILLING, query })).body.data.bankAccounts.totalCount
    }
    const ofNamed = await count('{}', [named.id])
    expect(ofNamed).toBeGreaterThan(0)
    expect(await count('{}')).toBeGreaterThan(ofNamed)
    for (const condition of [
      '{ NOT: { customer: { is: { cvr: { equals: "00000000" } } } } }',
      '{ customer: { isNot: { cvr: { equals: "00000000" } } } }',
    ])
      expect([condition, await count(condition)]).toEqual([condition, ofNamed])
  })
})

describe('13 cursors (CVE-2025-46720, Azure/data-api-builder#3553)', () => {
  const page = '{ edges { cursor node { id } } pageInfo { startCursor endCursor } }'
  const cursorsOf = async (asker = CLERK, purpose = 'BILLING', order = '') => {
    const query = `{ customers(first: 3${order}) ${page} }`
    const { body } = await world.ask(asker, { purpose, query })
    return body.data.customers.edges.map((edge: { cursor: string }) => edge.cursor) as string[]
  }
  const pageAfter = (cursor: string, order = '', list = 'customers') =>
    `{ ${list}(first: 3, after: ${JSON.stringify(cursor)}${order}) ${page} }`

  test('hold no value that can be read, in any encoding', async () => {
    const order = ', orderBy: [{ name: ASC }]'
    const cursors = await cursorsOf(CLERK, 'BILLING', order)
    for (const cursor of cursors)
      for (const encoding of ['base64url', 'base64', 'hex', 'latin1'] as const)
        expect(Buffer.from(cursor, encoding).toString('latin1')).not.toContain('S3cret')
    // The same place is another text each time: nobody can build a dictionary.
    expect(await cursorsOf(CLERK, 'BILLING', order)).not.toEqual(cursors)
    expect(new Set(cursors.map((cursor) => cursor.length)).size).toBe(1)
  })

  test('open nothing but their own list, order and purpose', async () => {
    const [own = ''] = await cursorsOf()
    const [ofLegal = ''] = await cursorsOf(TWO_HATS, 'LEGAL_OBLIGATION')
    const [byName = ''] = await cursorsOf(CLERK, 'BILLING', ', orderBy: [{ name: ASC }]')
    const refused = [
      await world.ask(CLERK, { ...BILLING, query: pageAfter(ofLegal) }),
      await world.ask(CLERK, { ...BILLING, query: pageAfter(byName) }),
      await world.ask(CLERK, { ...BILLING, query: pageAfter(own, ', orderBy: [{ id: DESC }]') }),
      await world.ask(CLERK, { ...BILLING, query: pageAfter(own, ', orderBy: [{ name: ASC }]') }),
      await world.ask(CLERK, { ...BILLING, query: pageAfter(own, '', 'contacts') }),
      await world.ask(CLERK, { ...BILLING, query: pageAfter(own, '', 'invoices') }),
    ]
    for (const answer of refused) expect(codesOf(answer)).toEqual(['CURSOR_INVALID'])
    const next = await world.ask(CLERK, { ...BILLING, query: pageAfter(own) })
    expect(next.body.data.customers.edges[0].node.id).toBe('2')
  })

  test('cannot be made, changed, cut or lengthened', async () => {
    const [own = ''] = await cursorsOf()
    const bytes = Buffer.from(own, 'base64url')
    const flipped = Array.from(bytes, (_, i) => {
      const copy = Buffer.from(bytes)
      copy[i] = (copy[i] ?? 0) ^ 1
      return copy.toString('base64url')
    })
    const forged = [
      ...flipped.filter((_, i) => i % 7 === 0),
      '',
      'A',
      Buffer.from('["1"]').toString('base64'),
      randomBytes(28).toString('base64url'),
      randomBytes(108).toString('base64url'),
      bytes.subarray(0, 40).toString('base64url'),
      `${own}AAAA`,
      "' OR 1=1 --",
      '\u0000',
    ]
    for (const cursor of forged) {
      const query = 'query($a: String) { customers(first: 1, after: $a) { nodes { id } } }'
      expect(codesOf(await world.ask(CLERK, { ...BILLING, query, variables: { a: cursor } }))).toEqual([
        'CURSOR_INVALID',
      ])
    }
    // Nothing that is invalid gets as far as the database.
    const before = await world.owner.query(`SELECT count(*)::int AS n FROM customer`)
    expect(before.rows[0].n).toBe(60)
  })

  test('of another user stand for a place, and open no more than the reader’s own purpose', async () => {
    const [ofClerk = ''] = await cursorsOf()
    const other = { subject: 'bo', roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
    expect((await world.ask(other, { ...BILLING, query: pageAfter(ofClerk) })).status).toBe(200)
    expect(
      codesOf(await world.ask(WATCHER, { purpose: 'SECURITY_REVIEW', query: pageAfter(ofClerk) })),
    ).toEqual(['CURSOR_INVALID'])
  })

  test('data that looks like the mark of a cursor stays data', async () => {
    const fakes = ['0.7b7d', `${'0'.repeat(32)}.0.7b7d`, `${'a'.repeat(32)}.1.5b2231225d`, '.0.', '$1']
    for (const fake of fakes) {
      await world.owner.query('UPDATE customer SET name = $1 WHERE id = 5', [fake])
      const query =
        '{ customers(where: { id: { equals: "5" } }) { edges { cursor node { name } } pageInfo { endCursor } } }'
      const { body } = await world.ask(CLERK, { ...BILLING, query })
      expect(body.data.customers.edges[0].node.name).toBe(fake)
      expect(body.data.customers.edges[0].cursor).toMatch(/^[\w-]{100,}$/)
      expect(body.data.customers.pageInfo.endCursor).toMatch(/^[\w-]{100,}$/)
    }
    await world.owner.query(`UPDATE customer SET name = 'firmS3cret5' WHERE id = 5`)
  })

  test('a lookup by another unique field than the key does not exist', async () => {
    for (const query of [
      '{ customer(cvr: "x") { id } }',
      '{ bankAccount(iban: "x") { id } }',
      '{ contact(id: 1, cpr: "x") { id } }',
    ])
      expect((await world.ask(CLERK, { ...BILLING, query })).status).toBe(400)
  })
})

describe('28 existence, by null bubbling, totals or time', () => {
  test('a blocked row that is there and one that is not look the same', async () => {
    const query = (id: string) =>
      `{ customer(id: "${id}") { id bookkeeper { id } } usageEvent(id: "${id}") { id } }`
    await world.owner.query('UPDATE customer SET bookkeeper_id = 2 WHERE id = 1')
    await world.owner.query('UPDATE customer SET bookkeeper_id = NULL WHERE id = 3')
    const answers = []
    for (const id of ['1', '3'])
      answers.push(await world.ask(CLERK, { ...BILLING, query: query(id), headers: PRUNE }))
    for (const { body } of answers) {
      expect(body.data.customer.bookkeeper).toBeNull()
      expect(body.data.usageEvent).toBeNull()
    }
    const [there, gone] = answers.map((answer) => JSON.stringify(answer.body.errors))
    expect(there).toBe(gone)
    for (const sql of world.statements()) expect(sql).not.toMatch(/"bookkeeper_id"|"usage_event"/)
  })

  test('a refusal is the same whatever is in the database', async () => {
    const ask = (id: string) => world.ask(CLERK, { ...BILLING, query: `{ contact(id: "${id}") { id cpr } }` })
    const [there, gone] = [await ask('1'), await ask('999999')]
    expect(there.text).toBe(gone.text)
    expect(world.statements()).toEqual([])
  })

  test('a nullable world: no blocked field takes its parent along', async () => {
    const answer = await world.ask(MARKETER, {
      purpose: 'MARKETING',
      query:
        '{ customers(first: 2) { nodes { id kind contacts(first: 1) { nodes { id name customer { id kind } } } } } }',
      headers: PRUNE,
    })
    expect(answer.status).toBe(200)
    const [node] = answer.body.data.customers.nodes
    expect(node).toMatchObject({ id: null, kind: expect.any(String) })
    expect(node.contacts.nodes[0]).toMatchObject({ id: null, customer: { id: null } })
  })

  test('totals of a model that the purpose may not read', async () => {
    for (const list of ['usageEvents', 'ledgerEntries', 'supportTickets', 'ticketMessages']) {
      const query = `{ ${list} { totalCount } }`
      const refused = await world.ask(MARKETER, { purpose: 'MARKETING', query })
      expect(codesOf(refused)).toEqual(['FIELD_NOT_PERMITTED'])
      const pruned = await world.ask(MARKETER, { purpose: 'MARKETING', query, headers: PRUNE })
      expect(pruned.body.data[list]).toBeNull()
    }
    expect(world.statements()).toEqual([])
  })

  test('a filter that breaks in the database says nothing of the rows that it met', async () => {
    for (const id of ['x', '99999999999999999999', '1e400', '', ' 1', '1; DROP TABLE customer'])
      for (const where of [
        `id: { equals: ${JSON.stringify(id)} }`,
        `OR: [{ id: { in: [${JSON.stringify(id)}] } }, {}]`,
      ]) {
        const answer = await world.ask(AGENT, {
          purpose: 'SUPPORT',
          query: `{ customers(where: { ${where} }, first: 1) { totalCount } }`,
        })
        expect(['BAD_USER_INPUT', undefined]).toContain(codesOf(answer)[0])
        if (id.length > 2) expect(answer.text).not.toContain(id)
      }
  })
})
