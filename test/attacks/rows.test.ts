import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Answer, Asker } from '../gateway.ts'
import { codesOf, MARKETER, openWorld, WATCHER, type World } from './world.ts'

/** Everything about rows that must not be reached, tried from every side; see docs/policy-language.md, "Which rows". */
let world: World
/** What the gateway takes for now; undefined: the time it is. */
let clock: number | undefined
const realNow = Date.now

const CUSTOMER = (id: unknown): Asker => ({
  roles: ['CUSTOMER'],
  purposes: ['SUBJECT_ACCESS'],
  dataSubject: id,
})
const ACCOUNTANT = (claims: Readonly<Record<string, unknown>>): Asker => ({
  roles: ['CLIENT_ACCOUNTANT'],
  purposes: ['CLIENT_ACCOUNTS'],
  claims,
})

beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => clock ?? realNow())
  world = await openWorld()
})
beforeEach(async () => {
  world.forget()
  await world.owner.query('UPDATE customer SET vulnerability = NULL WHERE id IN (2, 3)')
  await world.owner.query('DELETE FROM consent; DELETE FROM objection')
})
afterEach(() => {
  clock = undefined
})
afterAll(async () => {
  await world?.close()
  vi.restoreAllMocks()
})

interface Times {
  readonly given?: number
  readonly withdrawn?: number
  readonly expires?: number
}

async function contactsOf(customer: number): Promise<readonly number[]> {
  const { rows } = await world.owner.query('SELECT id FROM contact WHERE customer_id = $1 ORDER BY id', [
    customer,
  ])
  return rows.map(({ id }) => id)
}

async function consent(customer: number, contact: number | undefined, times: Times = {}): Promise<void> {
  const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  await world.owner.query(
    `INSERT INTO consent (id, customer_id, contact_id, consent_purpose, consent_source, wording_version, given_at, withdrawn_at, expires_at)
     VALUES (gen_random_uuid(), $1, $2, 'marketing', 'profile', 'x', $3, $4, $5)`,
    [customer, contact, at(times.given ?? realNow() - 60_000), at(times.withdrawn), at(times.expires)],
  )
}

async function object(
  customer: number,
  purpose: string | null,
  raised: number,
  withdrawn?: number,
): Promise<void> {
  const at = (ms: number) => new Date(ms).toISOString()
  await world.owner.query(
    `INSERT INTO objection (id, customer_id, objection_purpose, raised_at, withdrawn_at) VALUES (gen_random_uuid(), $1, $2, $3, $4)`,
    [customer, purpose, at(raised), withdrawn === undefined ? null : at(withdrawn)],
  )
}

const marketed = async (query: string): Promise<Answer> =>
  world.ask(MARKETER, { purpose: 'MARKETING', query })
const names = (answer: Answer): readonly string[] =>
  answer.body.data.customers.nodes.map((node: { name: string }) => node.name)
async function nameOf(id: number): Promise<string> {
  const { rows } = await world.owner.query('SELECT name FROM customer WHERE id = $1', [id])
  return rows[0].name
}

describe('consent', () => {
  const LIST = '{ customers(first: 100) { totalCount nodes { name } } }'

  test.each([
    ['given a moment ago', { given: -1 }, true],
    ['given at this instant', { given: 0 }, false],
    ['given a moment later', { given: 1 }, false],
    ['that ends a moment later', { given: -9, expires: 1 }, true],
    ['that ends at this instant', { given: -9, expires: 0 }, false],
    ['that ended a moment ago', { given: -9, expires: -1 }, false],
    ['withdrawn a moment ago', { given: -9, withdrawn: -1 }, false],
    ['withdrawn at this instant', { given: -9, withdrawn: 0 }, false],
    ['withdrawn by a clock that is ahead', { given: -9, withdrawn: 2_000 }, false],
  ])('%s', async (_, times: Times, served) => {
    const now = realNow()
    const [contact] = await contactsOf(3)
    const moved = Object.entries(times).map(([name, ms]) => [name, now + ms])
    await consent(3, contact, Object.fromEntries(moved))
    clock = now
    const answer = await marketed(LIST)
    expect(answer.body.data.customers).toEqual(
      served ? { totalCount: 1, nodes: [{ name: await nameOf(3) }] } : { totalCount: 0, nodes: [] },
    )
  })

  test('for another purpose is none for this one', async () => {
    const [contact] = await contactsOf(3)
    await consent(3, contact)
    await world.owner.query(`UPDATE consent SET consent_purpose = 'partner_offers'`)
    expect(names(await marketed(LIST))).toEqual([])
  })

  test('withdrawn between two requests of one kept plan takes effect with the second', async () => {
    const [contact] = await contactsOf(3)
    await consent(3, contact)
    expect(names(await marketed(LIST))).toHaveLength(1)
    await world.owner.query('UPDATE consent SET withdrawn_at = now()')
    expect(names(await marketed(LIST))).toEqual([])
    const [first, second] = world.statements()
    expect(second).toBe(first)
    expect(await world.metrics()).toMatch(/plan_cache_hits_total [1-9]/)
  })

  test('of one person does not serve another person of the same customer', async () => {
    await world.owner.query(
      `UPDATE contact SET customer_id = 3 WHERE id IN (SELECT id FROM contact WHERE customer_id = 2)`,
    )
    const [one, ...others] = await contactsOf(3)
    expect(others.length).toBeGreaterThan(0)
    await consent(3, one)
    await consent(3, others[0], { withdrawn: realNow() - 1 })
    const answer = await marketed(
      '{ contacts(first: 100) { totalCount } customers { nodes { contacts { totalCount nodes { consents { totalCount } } } } } consents { totalCount nodes { withdrawnAt } } }',
    )
    expect(answer.body.data).toEqual({
      contacts: { totalCount: 1 },
      customers: { nodes: [{ contacts: { totalCount: 1, nodes: [{ consents: { totalCount: 1 } }] } }] },
      consents: { totalCount: 1, nodes: [{ withdrawnAt: null }] },
    })
  })

  test('does not lead to the vulnerable: a condition of the policy on a field that the purpose never reads', async () => {
    const [contact] = await contactsOf(3)
    await consent(3, contact)
    await world.owner.query(`UPDATE customer SET vulnerability = 'estate' WHERE id = 3`)
    const answer = await marketed(
      '{ customers { totalCount } contacts { totalCount } consents { totalCount } subscriptions { totalCount } }',
    )
    for (const list of Object.values(answer.body.data)) expect(list).toEqual({ totalCount: 0 })
  })

  test('tells nothing of the others to a filter, whichever way it asks', async () => {
    const [contact] = await contactsOf(3)
    await consent(3, contact)
    const hidden = JSON.stringify(await nameOf(2))
    const count = async (where: string, list = 'contacts') =>
      (await marketed(`{ ${list}(where: ${where}) { totalCount } }`)).body.data[list].totalCount
    const seen = await count('{}')
    expect(seen).toBe(1)
    expect(await count(`{ customer: { is: { name: { equals: ${hidden} } } } }`)).toBe(0)
    expect(await count(`{ customer: { isNot: { name: { equals: ${hidden} } } } }`)).toBe(seen)
    expect(await count(`{ NOT: { customer: { is: { name: { equals: ${hidden} } } } } }`)).toBe(seen)
    expect(await count('{ contacts: { some: {} } }', 'customers')).toBe(1)
    expect(await count('{ contacts: { none: {} } }', 'customers')).toBe(0)
    expect(await count('{ contacts: { every: { consents: { some: {} } } } }', 'customers')).toBe(1)
  })

  test('stands in one statement, with its times and no value as parameters', async () => {
    const [contact] = await contactsOf(3)
    await consent(3, contact)
    await marketed(
      '{ customers { nodes { name contacts { nodes { email } } subscriptions { nodes { plan } } } } }',
    )
    const [sql = '', ...others] = world.statements()
    expect(others).toEqual([])
    expect(sql.match(/FROM "consent"/g)).toHaveLength(3)
    expect(sql).toMatch(/"given_at" < \$\d+::timestamptz/)
    expect(sql).not.toMatch(/\d{4}-\d\d-\d\d/)
  })
})

describe('objection', () => {
  const reviewed = async (query: string) => world.ask(WATCHER, { purpose: 'SECURITY_REVIEW', query })
  const LOOKUP = '{ customer(id: 3) { id } }'

  test.each([
    ['to this purpose, at this instant', 'security_review', 0, undefined, false],
    ['to every purpose', null, -1, undefined, false],
    ['to another purpose', 'market_analysis', -1, undefined, true],
    ['from a moment later on', 'security_review', 1, undefined, true],
    ['taken back at this instant', 'security_review', -9, 0, true],
    ['taken back a moment later', 'security_review', -9, 1, false],
  ])('%s', async (_, purpose, raised, withdrawn, served) => {
    const now = realNow()
    await object(3, purpose, now + raised, withdrawn === undefined ? undefined : now + withdrawn)
    clock = now
    expect((await reviewed(LOOKUP)).body.data.customer).toEqual(served ? { id: '3' } : null)
  })

  test('hides from lookups, lists, counts, pages and orders alike', async () => {
    const all = (await reviewed('{ customers(first: 500) { totalCount nodes { id } } }')).body.data.customers
    expect(all.totalCount).toBe(60)
    const before = (await reviewed('{ customers(first: 2) { pageInfo { endCursor } } }')).body.data.customers
    await object(3, null, realNow() - 1)
    const { pageInfo } = before
    const page = (await reviewed(`{ customers(first: 1, after: "${pageInfo.endCursor}") { nodes { id } } }`))
      .body
    expect(page.data.customers.nodes).toEqual([{ id: '4' }])
    const now = (
      await reviewed(
        '{ customers(first: 500, orderBy: [{ id: DESC }]) { totalCount nodes { id } } one: customers(where: { id: { equals: "3" } }) { totalCount edges { cursor } pageInfo { hasNextPage } } }',
      )
    ).body.data
    expect(now.customers.totalCount).toBe(59)
    expect(now.customers.nodes.map((node: { id: string }) => node.id)).not.toContain('3')
    expect(now.one).toEqual({ totalCount: 0, edges: [], pageInfo: { hasNextPage: false } })
  })
})

describe('own rows', () => {
  const own = async (asker: Asker, query: string) => world.ask(asker, { purpose: 'SUBJECT_ACCESS', query })

  test('cannot be left, however deep', async () => {
    const { rows } = await world.owner.query(
      'SELECT c.id, c.bookkeeper_id FROM customer c WHERE c.bookkeeper_id IS NOT NULL ORDER BY id LIMIT 1',
    )
    const [{ id, bookkeeper_id: firm }] = rows
    const query = `{
      customers(first: 100) { totalCount nodes { id bookkeeper { id name invoices { totalCount } } } }
      invoices(first: 1) { nodes { customer { id bookkeeper { id } } } }
      payments(first: 1) { nodes { invoice { customer { id bookkeeper { id } } } } }
      other: customer(id: ${firm}) { id }
      guess: customers(where: { bookkeeper: { is: { name: { contains: "" } } } }) { totalCount }
      guess2: customers(where: { bookkeeper: { isNot: { name: { contains: "" } } } }) { totalCount }
      guess3: customers(where: { bookkeeper: { is: null } }) { totalCount }
    }`
    const { data } = (await own(CUSTOMER(id), query)).body
    const me = String(id)
    expect(data.customers).toEqual({ totalCount: 1, nodes: [{ id: me, bookkeeper: null }] })
    expect(data.invoices.nodes).toEqual([{ customer: { id: me, bookkeeper: null } }])
    expect(data.payments.nodes).toEqual([{ invoice: { customer: { id: me, bookkeeper: null } } }])
    expect(data.other).toBeNull()
    expect([data.guess, data.guess2, data.guess3].map((list) => list.totalCount)).toEqual([0, 1, 1])
  })

  test('are all rows about the data subject and no other, in every model', async () => {
    const lists = {
      invoices: 'SELECT count(*)::int AS n FROM invoice WHERE customer_id = 5',
      invoiceLines:
        'SELECT count(*)::int AS n FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE i.customer_id = 5',
      payments:
        'SELECT count(*)::int AS n FROM payment p JOIN invoice i ON i.id = p.invoice_id WHERE i.customer_id = 5',
      ledgerEntries: 'SELECT count(*)::int AS n FROM ledger_entry WHERE customer_id = 5',
      ticketMessages:
        'SELECT count(*)::int AS n FROM ticket_message m JOIN support_ticket t USING (ticket_number) WHERE t.customer_id = 5',
      contacts: 'SELECT count(*)::int AS n FROM contact WHERE customer_id = 5',
    }
    const query = `{ ${Object.keys(lists)
      .map((list) => `${list} { totalCount }`)
      .join(' ')} }`
    const { data } = (await own(CUSTOMER('5'), query)).body
    for (const [list, sql] of Object.entries(lists))
      expect(data[list].totalCount, list).toBe((await world.owner.query(sql)).rows[0].n)
  })

  test('of two people, by one plan that both share', async () => {
    const query = '{ customers { nodes { id } } invoices(first: 500) { nodes { customer { id } } } }'
    const answers = await Promise.all(
      [1, 2, 1, 3, 2].map(async (id) => [String(id), await own(CUSTOMER(id), query)] as const),
    )
    for (const [id, { body }] of answers) {
      expect(body.data.customers.nodes).toEqual([{ id }])
      expect(
        new Set(body.data.invoices.nodes.map((node: { customer: { id: string } }) => node.customer.id)),
      ).toEqual(new Set([id]))
    }
    expect(new Set(world.statements()).size).toBe(2)
    for (const sql of world.statements()) expect(sql).not.toMatch(/= '?\d+'?/)
  })

  test('a cursor of one opens no row of the other', async () => {
    const page = (id: number, after = '') =>
      own(CUSTOMER(id), `{ invoices(first: 3${after}) { nodes { customer { id } } pageInfo { endCursor } } }`)
    const { endCursor } = (await page(2)).body.data.invoices.pageInfo
    const { nodes } = (await page(3, `, after: "${endCursor}"`)).body.data.invoices
    for (const node of nodes) expect(node.customer.id).toBe('3')
  })

  test.each([
    undefined,
    null,
    '',
    ' ',
    [],
    {},
    { id: 3 },
    [3, 4],
    true,
    'abc',
    '3 ',
    '03',
    '3.0',
    3.5,
    '1e1',
    '3 OR 1=1',
    '%',
    '99999999999999999999',
    1e300,
    -0.5,
    ['3', null],
  ])('without a data subject in the token (%j): refused, and nothing is read', async (dataSubject) => {
    const answer = await own(CUSTOMER(dataSubject), '{ customers { nodes { id } } }')
    expect(answer.status).toBe(403)
    expect(codesOf(answer)).toEqual(['CLAIM_MISSING'])
    expect(world.statements()).toEqual([])
    expect((await world.records()).at(-1)?.json).toMatchObject({
      outcome: 'refused',
      blocked: { request: 'CLAIM_MISSING' },
    })
  })

  test('whose they are stands nowhere but in commitments', async () => {
    const answer = await own(CUSTOMER(7654321), '{ invoices { totalCount } }')
    expect(answer.status).toBe(200)
    await world.expectUnseen('7654321', [answer])
  })
})

describe('rows by a claim of the token', () => {
  const firm = async (claims: Readonly<Record<string, unknown>>, query: string) =>
    world.ask(ACCOUNTANT(claims), { purpose: 'CLIENT_ACCOUNTS', query })

  test('are those of the firm, whichever way one comes', async () => {
    const { rows } = await world.owner.query('SELECT id FROM customer WHERE bookkeeper_id = 1 ORDER BY id')
    const clients = rows.map(({ id }) => String(id))
    expect(clients.length).toBeGreaterThan(0)
    const { data } = (
      await firm(
        { firm_id: 1 },
        '{ customers(first: 500) { nodes { id invoices(first: 1) { nodes { customer { id } } } } } invoices(first: 500) { nodes { customer { id } } } customer(id: 1) { id } }',
      )
    ).body
    expect(data.customers.nodes.map((node: { id: string }) => node.id)).toEqual(clients)
    const owners = data.invoices.nodes.map((node: { customer: { id: string } }) => node.customer.id)
    expect([...new Set(owners)].sort()).toEqual([...clients].sort())
    // The firm itself is a customer too, and nobody's client.
    expect(data.customer).toBeNull()
  })

  test('of two firms, by one plan', async () => {
    const query = '{ customers(first: 500) { nodes { id } } }'
    const [one, other, again] = [
      await firm({ firm_id: '1' }, query),
      await firm({ firm_id: '41' }, query),
      await firm({ firm_id: 1 }, query),
    ]
    expect(one?.text).toBe(again?.text)
    expect(one?.text).not.toBe(other?.text)
    expect(new Set(world.statements()).size).toBe(1)
  })

  test.each([
    {},
    { firm_id: null },
    { firm_id: '' },
    { firm_id: [] },
    { firm_id: [1] },
    { firm_id: ['1', '41'] },
    { firm_id: true },
    { firm_id: { equals: 1 } },
    { firm_id: 'one' },
    { firm_id: '1; DROP' },
    { firm_id: 1.5 },
    { firmId: 1 },
    { FIRM_ID: 1 },
    { 'x.firm_id': 1 },
  ])('refused where the token says %j', async (claims) => {
    const answer = await firm(claims, '{ customers { nodes { id } } }')
    expect(codesOf(answer)).toEqual(['CLAIM_MISSING'])
    expect(world.statements()).toEqual([])
  })

  test('a claim that another purpose needs hinders nobody else', async () => {
    const answer = await world.ask(
      { ...WATCHER, claims: { firm_id: {} } },
      {
        purpose: 'SECURITY_REVIEW',
        query: '{ customers(first: 1) { nodes { id } } }',
      },
    )
    expect(answer.status).toBe(200)
  })
})
