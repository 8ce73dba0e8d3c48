import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../../src/long-answer.ts'
import { giveBytes, takeBytes } from '../../src/reused-bytes.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Asker, startTestGateway, type TestGateway } from '../gateway.ts'

// Long answers pass through as bytes, in memory that is used again (`src/reused-bytes.ts`).
const CLERK: Asker = { subject: 'ane', roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
const LINES = 'id description quantity unit unitPrice amount'
const OF_ONE = `query ($ids: [ID!]!) { customers(first: 10, where: { id: { in: $ids } }) {
  nodes { id name invoices(first: 20) { nodes { id number total lines(first: 5) { nodes { ${LINES} } } } } } } }`

/** Some lines of some invoices of one customer. */
const FIRST = `query ($ids: [ID!]!) { customers(where: { id: { in: $ids } }) {
  nodes { invoices(first: 10) { nodes { lines(first: 2) { nodes { id description } } } } } } }`

let database: TestDatabase
let owner: pg.Client
let gateway: TestGateway
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  gateway = await startTestGateway({ databaseUrl: database.url })
})
afterAll(async () => {
  await gateway?.close()
  await owner?.end()
  await database?.drop()
})

/** Ten groups of customers, whose answers differ and are of several lengths. */
const groups = Array.from({ length: 10 }, (_, group) =>
  Array.from({ length: 1 + (group % 5) }, (_, i) => String(1 + group * 5 + i)),
)

async function ask(ids: readonly string[], headers: Readonly<Record<string, string>> = {}) {
  const answer = await gateway.ask(CLERK, { query: OF_ONE, variables: { ids }, purpose: 'BILLING', headers })
  expect(answer.status).toBe(200)
  return answer.text
}

// Before all others: what they leave behind could fill the room that there is for memory to be used again.
test('the memory of an answer that was sent is used again', async () => {
  const answer = await ask(groups[4] ?? [])
  expect(answer.startsWith('{"data":')).toBe(true)
  /** How what is free of the size begins. */
  const beginnings = () => {
    const taken = Array.from({ length: 4 }, () => takeBytes(Buffer.byteLength(answer)))
    for (const bytes of taken) giveBytes(bytes)
    return taken.map((bytes) => bytes.toString('latin1', 0, 8))
  }
  await expect.poll(beginnings).toContain('{"data":')
})

test('answers that are under way at the same time keep apart, also from clients that stall or leave', async () => {
  const alone = []
  for (const ids of groups) alone.push(await ask(ids))
  expect(new Set(alone).size).toBe(10)
  expect(Math.max(...alone.map((text) => text.length))).toBeGreaterThan(40_000)
  const rude = Array.from({ length: 20 }, (_, i) => stallAndLeave(groups[i % 10] ?? [], i * 7))
  for (let round = 0; round < 8; round++) {
    const answers = await Promise.all([...groups, ...groups].map((ids) => ask(ids)))
    expect(answers).toEqual([...alone, ...alone])
  }
  await Promise.all(rude)
})

// Cursors are sealed 64 at a time.
test.each([63, 64, 65, 128, 129])(
  'each of %i cursors in one answer leads to the row after its own',
  async (first) => {
    const invoices = async (entries: string, variables: Readonly<Record<string, unknown>>) => {
      const query = `query ($first: Int!, $after: String) { invoices(first: $first, after: $after) { ${entries} } }`
      const { body } = await gateway.ask(CLERK, { query, variables, purpose: 'BILLING' })
      return body.data.invoices
    }
    const nodes: { id: string }[] = (await invoices('nodes { id }', { first: first + 1 })).nodes
    const ids = nodes.map(({ id }) => id)
    expect(ids).toHaveLength(first + 1)
    const edges: { cursor: string; node: { id: string } }[] = (
      await invoices('edges { cursor node { id } }', { first })
    ).edges
    expect(edges.map(({ node }) => node.id)).toEqual(ids.slice(0, first))
    expect(new Set(edges.map(({ cursor }) => cursor)).size).toBe(first)
    for (const i of [0, 62, first - 2, first - 1]) {
      const next = await invoices('nodes { id }', { first: 1, after: edges[i]?.cursor })
      expect(next.nodes).toEqual([{ id: ids[i + 1] }])
    }
  },
)

test('what a slow client gets in the end is its own answer', async () => {
  // More than the buffers of a connection hold, so that the gateway has to wait for the client.
  await owner.query(
    `UPDATE invoice_line SET description = repeat(CASE customer_id WHEN 52 THEN 'a' ELSE 'b' END, 240000)
     FROM (SELECT line.id, customer_id FROM invoice_line AS line JOIN invoice ON invoice.id = invoice_id
       WHERE customer_id IN (52, 53)) AS of_customer
     WHERE of_customer.id = invoice_line.id`,
  )
  const [mine, others] = [await askFirst(52), await askFirst(53)]
  for (const text of [mine, others]) {
    expect(text.length).toBeGreaterThan(4_200_000)
    expect(text.length).toBeLessThan(8_000_000)
  }
  const socket = await send(FIRST, { ids: ['52'] })
  socket.pause()
  await delay(300)
  // Others are answered in memory that was given back meanwhile.
  for (let round = 0; round < 2; round++) expect(await askFirst(53)).toBe(others)
  const parts: Buffer[] = []
  let length = 0
  socket.on('data', (part) => {
    parts.push(part)
    length += part.length
  })
  socket.resume()
  const whole = () => length - Buffer.concat(parts.slice(0, 2)).indexOf('\r\n\r\n') - 4
  await expect.poll(whole, { timeout: 10_000 }).toBe(Buffer.byteLength(mine))
  expect(Buffer.concat(parts).toString().endsWith(mine)).toBe(true)
  socket.destroy()
})

const INVOICES =
  'invoices(first: 400) { nodes { id number status issuedAt dueOn currency net vat total reference } }'
const MANY = `{ ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `${name}: ${INVOICES}`).join(' ')} }`

test.each([
  ['a long body', { query: OF_ONE, variables: { ids: groups[4] ?? [] } }, false],
  // Each step over it has a turn of the event loop to itself.
  ['one of more than half a megabyte', { query: MANY }, true],
])('the record has the digest of %s, with and without a receipt', async (_, asked, long) => {
  for (const headers of [{}, { 'x-receipt': 'true' }]) {
    const { text } = await gateway.ask(CLERK, { ...asked, purpose: 'BILLING', headers })
    expect(isLong(text)).toBe(long)
    expect(JSON.parse(text).extensions === undefined).toBe(!('x-receipt' in headers))
    const digested = text.replace(/,"extensions":\{"receipt":\{[^}]*\}\}/, '')
    const { rows } = await owner.query<{ record: Buffer }>(
      'SELECT record FROM gateway.access_record ORDER BY index DESC LIMIT 1',
    )
    const { response } = JSON.parse(rows[0]?.record.toString() ?? '')
    expect(response).toBe(createHash('sha256').update(digested).digest('hex'))
  }
})

test('every data subject of an answer of more than half a megabyte is on record, each once', async () => {
  const { rows: added } = await owner.query<{ id: number }>(
    `INSERT INTO customer (kind, name, street_address, postcode, city, country_code)
     SELECT 'company', repeat('long name ', 20) || n, 'Storegade ' || n, '8000', 'Aarhus', 'DK' FROM generate_series(1, 3456) AS n
     RETURNING id`,
  )
  const wide = await startTestGateway({ databaseUrl: database.url, env: { MAX_PAGE_SIZE: '5000' } })
  try {
    // Some are in it twice.
    const query = `{ all: customers(first: 5000) { nodes { id name city } } again: customers(first: 1500) { nodes { id name } } }`
    const { text, body } = await wide.ask(CLERK, { query, purpose: 'BILLING' })
    expect(isLong(text)).toBe(true)
    const ids = body.data.all.nodes.map(({ id }: { id: string }) => id)
    expect(ids).toHaveLength(new Set(ids).size)
    expect(ids.length).toBeGreaterThan(added.length)
    const { rows } = await owner.query<{ record: Buffer }>(
      `SELECT record FROM gateway.access_record WHERE index >= (
         SELECT max(index) FROM gateway.access_record WHERE batch IS NOT NULL) ORDER BY index`,
    )
    const records = rows.map(({ record }) => JSON.parse(record.toString()))
    const subjects: string[] = records.flatMap((record) => record.subjects)
    expect(subjects).toHaveLength(ids.length)
    expect(new Set(subjects).size).toBe(ids.length)
    expect(records[0].rows).toEqual({ Customer: ids.length + 1500 })
  } finally {
    await wide.close()
    await owner.query('DELETE FROM customer WHERE id = ANY ($1)', [added.map(({ id }) => id)])
  }
})

test('long, short, empty and blocked members of one answer, in the order of the operation', async () => {
  const query = `{ a: customer(id: "0") { id } b: customers(first: 50) { nodes { id invoices { nodes { id number } } } }
    c: __typename d: contacts(first: 1) { nodes { cpr } } e: customer(id: "1") { id } __schema { queryType { name } } }`
  const { text, body } = await gateway.ask(CLERK, {
    query,
    purpose: 'BILLING',
    headers: { 'x-on-denied': 'prune' },
  })
  expect(text.startsWith('{"errors":[')).toBe(true)
  expect(Object.keys(body.data)).toEqual(['a', 'b', 'c', 'd', 'e', '__schema'])
  expect(body.data.b.nodes).toHaveLength(50)
  expect([body.data.a, body.data.c, body.data.d.nodes, body.data.e]).toEqual([
    null,
    'Query',
    [{ cpr: null }],
    { id: '1' },
  ])
})

async function askFirst(id: number): Promise<string> {
  return (await gateway.ask(CLERK, { query: FIRST, variables: { ids: [String(id)] }, purpose: 'BILLING' }))
    .text
}

async function send(query: string, variables: unknown) {
  const { hostname, port } = new URL(gateway.url)
  const body = JSON.stringify({ query, variables })
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(
    [
      'POST /graphql HTTP/1.1',
      `host: ${hostname}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `authorization: Bearer ${await gateway.token(CLERK)}`,
      'x-purpose: BILLING',
      '',
      body,
    ].join('\r\n'),
  )
  return socket
}

async function stallAndLeave(ids: readonly string[], afterMs: number): Promise<void> {
  const socket = await send(OF_ONE, { ids })
  socket.pause()
  await delay(afterMs)
  socket.destroy()
}
