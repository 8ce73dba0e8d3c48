import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Asked, startTestGateway, type TestGateway } from '../gateway.ts'

/** Noon in Copenhagen on the day before which tickets solved two years ago are past their retention. */
let nowMs = Date.parse('2026-11-24T11:00:00Z')
const CUSTOMER = 900_001
const OTHER = 900_002

let database: TestDatabase
let gateway: TestGateway
let owner: pg.Client

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await owner.query(`
    INSERT INTO customer (id, kind, name, street_address, postcode, city, country_code)
    VALUES (${CUSTOMER}, 'company', 'Past', '-', '-', '-', 'DK'), (${OTHER}, 'company', 'Other', '-', '-', '-', 'DK');
    INSERT INTO support_ticket (ticket_number, customer_id, subject, status, opened_at, solved_at) VALUES
      ('S-OLD', ${CUSTOMER}, 'sub-old', 'solved', '2024-01-01T00:00:00Z', '2024-11-23T22:59:59.999Z'),
      ('S-NEW', ${CUSTOMER}, 'sub-new', 'solved', '2024-01-02T00:00:00Z', '2024-11-23T23:00:00.000Z'),
      ('S-OPEN', ${CUSTOMER}, 'sub-open', 'open', '2019-01-01T00:00:00Z', NULL);
    INSERT INTO ticket_message (ticket_number, sequence_number, author, body, sent_at)
      SELECT ticket_number, 1, 'customer', 'body of ' || ticket_number, opened_at FROM support_ticket WHERE customer_id = ${CUSTOMER};
    INSERT INTO invoice (id, customer_id, invoice_number, status, issued_at, due_on, currency_code, net_amount, vat_amount, total_amount)
    VALUES (900001, ${CUSTOMER}, 900001, 'paid', '2020-12-31T22:59:59.999Z', '2021-01-01', 'DKK', 1, 0, 1),
           (900002, ${CUSTOMER}, 900002, 'paid', '2020-12-31T23:00:00.000Z', '2021-01-01', 'DKK', 1, 0, 1);
    INSERT INTO invoice_line (invoice_id, line_position, description, quantity, unit_name, unit_price, vat_rate, net_amount)
    VALUES (900001, 1, 'line-old', 1, 'x', 1, 0, 1), (900002, 1, 'line-new', 1, 'x', 1, 0, 1)`)
  gateway = await startTestGateway({ databaseUrl: database.url, now: () => nowMs })
})
afterAll(async () => {
  await gateway?.close()
  await owner?.end()
  await database?.drop()
})
afterEach(async () => {
  nowMs = Date.parse('2026-11-24T11:00:00Z')
  await owner.query('DELETE FROM legal_hold WHERE customer_id >= 900000')
})

const ROLES: Readonly<Record<string, string>> = {
  SUPPORT: 'SUPPORT_AGENT',
  SUBJECT_ACCESS: 'CASE_HANDLER',
  LEGAL_OBLIGATION: 'COMPLIANCE_OFFICER',
  SERVICE_IMPROVEMENT: 'PRODUCT_ANALYST',
  BILLING: 'BILLING_CLERK',
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
async function ask(purpose: string, query: string, more: Partial<Asked> = {}): Promise<any> {
  const { body } = await gateway.ask(
    // A token of the time that it is.
    {
      subject: `at-${nowMs}`,
      roles: [ROLES[purpose] ?? ''],
      purposes: [purpose],
      dataSubject: String(CUSTOMER),
    },
    { query, purpose, ...more },
  )
  expect(body.errors).toBeUndefined()
  return body.data
}

const ticketsOf = async (purpose: string): Promise<readonly string[]> => {
  const data = await ask(
    purpose,
    `{ supportTickets(where: { customer: { is: { id: { equals: "${CUSTOMER}" } } } }) { nodes { id } } }`,
  )
  return data.supportTickets.nodes.map((node: { id: string }) => node.id)
}

describe('a row past its retention does not exist', () => {
  test('for a lookup', async () => {
    expect(await ask('SUPPORT', '{ supportTicket(id: "S-OLD") { id } }')).toEqual({ supportTicket: null })
    expect(await ask('SUPPORT', '{ supportTicket(id: "S-NEW") { id } }')).toEqual({
      supportTicket: { id: 'S-NEW' },
    })
  })

  test('in a list, its count, its order and its edges', async () => {
    const list = (order: string) =>
      ask(
        'SUPPORT',
        `{ customer(id: "${CUSTOMER}") { tickets(orderBy: [{ solvedAt: ${order} }]) { totalCount nodes { id } edges { node { id } } } } }`,
      )
    for (const [order, ids] of [
      ['ASC', ['S-NEW', 'S-OPEN']],
      ['DESC', ['S-OPEN', 'S-NEW']],
    ] as const) {
      const { tickets } = (await list(order)).customer
      expect(tickets.totalCount).toBe(2)
      expect(tickets.nodes.map((node: { id: string }) => node.id)).toEqual(ids)
      expect(tickets.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids)
    }
    // A page that would begin with it.
    const first = await ask(
      'SUPPORT',
      `{ customer(id: "${CUSTOMER}") { tickets(first: 1, orderBy: [{ solvedAt: ASC }]) { nodes { id } } } }`,
    )
    expect(first.customer.tickets.nodes).toEqual([{ id: 'S-NEW' }])
  })

  test('behind a relation to one, and so do its rows', async () => {
    const where = `where: { body: { startsWith: "body of S-" } }`
    const data = await ask(
      'SUPPORT',
      `{ ticketMessages(${where}) { totalCount nodes { body ticket { id } } } }`,
    )
    const bodies = data.ticketMessages.nodes.map((node: { body: string }) => node.body).sort()
    expect(bodies).toEqual(['body of S-NEW', 'body of S-OPEN'])
    expect(data.ticketMessages.totalCount).toBe(2)
  })

  test.each([
    ['some', 'tickets: { some: { subject: { equals: "sub-old" } } }', 0],
    ['none', 'tickets: { none: { subject: { equals: "sub-old" } } }', 1],
    ['every', 'tickets: { every: { subject: { not: "sub-old" } } }', 1],
    ['NOT some', 'NOT: { tickets: { some: { subject: { equals: "sub-old" } } } }', 1],
    ['some of what is there', 'tickets: { some: { subject: { equals: "sub-new" } } }', 1],
    [
      'two relations deep',
      'tickets: { some: { messages: { some: { body: { equals: "body of S-OLD" } } } } }',
      0,
    ],
  ])('for a filter: %s', async (_, filter, count) => {
    const data = await ask(
      'SUPPORT',
      `{ customers(where: { id: { equals: "${CUSTOMER}" }, ${filter} }) { totalCount } }`,
    )
    expect(data.customers.totalCount).toBe(count)
  })

  test('for any purpose', async () => {
    for (const purpose of ['SUPPORT', 'SUBJECT_ACCESS', 'LEGAL_OBLIGATION'])
      expect(await ticketsOf(purpose), purpose).toEqual(['S-NEW', 'S-OPEN'])
    const where =
      'where: { openedAt: { lt: "2024-01-01T12:00:00Z", gt: "2023-12-31T23:00:00Z" }, status: { equals: SOLVED } }'
    const data = await ask(
      'SERVICE_IMPROVEMENT',
      `{ supportTickets(first: 500, ${where}) { nodes { openedAt } } }`,
    )
    expect(JSON.stringify(data)).not.toContain('2024-01-01T00:00:00.000Z')
  })

  test('nor in the record: it was not read', async () => {
    await ask('SUPPORT', `{ customer(id: "${CUSTOMER}") { tickets { nodes { id } } } }`)
    const { rows } = await owner.query('SELECT record FROM gateway.access_record ORDER BY index DESC LIMIT 1')
    expect(JSON.parse(rows[0].record).rows).toEqual({ Customer: 1, SupportTicket: 2 })
  })
})

describe('time', () => {
  test('passes midnight in Copenhagen with the next request, by the same statement', async () => {
    nowMs = Date.parse('2026-11-24T22:59:59.999Z')
    expect(await ticketsOf('SUPPORT')).toEqual(['S-NEW', 'S-OPEN'])
    nowMs = Date.parse('2026-11-24T23:00:00.000Z')
    expect(await ticketsOf('SUPPORT')).toEqual(['S-OPEN'])
  })

  test('ends an accounting year, for what hangs on it too', async () => {
    const query = `{ customer(id: "${CUSTOMER}") { invoices { nodes { number lines { nodes { description } } } } } }`
    const line = `{ invoiceLines(where: { description: { startsWith: "line-" } }) { nodes { description invoice { number } } } }`
    nowMs = Date.parse('2025-12-31T22:59:59.999Z')
    expect((await ask('BILLING', query)).customer.invoices.nodes).toHaveLength(2)
    expect((await ask('BILLING', line)).invoiceLines.nodes).toHaveLength(2)
    nowMs = Date.parse('2025-12-31T23:00:00.000Z')
    const kept = [{ number: 900002, lines: { nodes: [{ description: 'line-new' }] } }]
    expect((await ask('BILLING', query)).customer.invoices.nodes).toEqual(kept)
    expect((await ask('BILLING', line)).invoiceLines.nodes).toEqual([
      { description: 'line-new', invoice: { number: 900002 } },
    ])
  })
})

describe('a legal hold', () => {
  const hold = (customer: number, placed: string, released: string | null) =>
    owner.query(
      `INSERT INTO legal_hold (customer_id, reason, placed_at, released_at) VALUES ($1, 'a case', $2, $3)`,
      [customer, placed, released],
    )
  const seen = async (): Promise<object> => ({
    legal: await ticketsOf('LEGAL_OBLIGATION'),
    support: await ticketsOf('SUPPORT'),
    // The same legal basis, another purpose.
    subject: await ticketsOf('SUBJECT_ACCESS'),
  })
  const kept = ['S-NEW', 'S-OPEN']

  test('keeps rows readable for the legal obligation alone', async () => {
    await hold(CUSTOMER, '2026-11-24T11:00:00.000Z', null)
    expect(await seen()).toEqual({ legal: ['S-NEW', 'S-OLD', 'S-OPEN'], support: kept, subject: kept })
    const data = await ask(
      'LEGAL_OBLIGATION',
      '{ supportTicket(id: "S-OLD") { id messages { nodes { body } } } }',
    )
    expect(data.supportTicket.messages.nodes).toEqual([{ body: 'body of S-OLD' }])
  })

  test.each([
    ['that ends later', '2026-11-01T00:00:00Z', '2026-11-24T11:00:00.001Z', true],
    ['that ends now', '2026-11-01T00:00:00Z', '2026-11-24T11:00:00.000Z', false],
    ['that was released', '2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z', false],
    ['that is yet to begin', '2026-11-24T11:00:00.001Z', null, false],
  ])('%s', async (_, placed, released, readable) => {
    await hold(CUSTOMER, placed, released)
    expect((await ticketsOf('LEGAL_OBLIGATION')).includes('S-OLD')).toBe(readable)
  })

  test('on somebody else opens nothing', async () => {
    await hold(OTHER, '2026-11-01T00:00:00Z', null)
    expect(await ticketsOf('LEGAL_OBLIGATION')).toEqual(kept)
  })
})
