import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { expectErrorAnswer, type ToldError } from './error-answer.ts'
import { type LoggedAccess, logSize, recordsFrom } from './records.ts'
import { type Received, send } from './send.ts'

const CLERK = { subject: 'ane', roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
const QUERY = '{ customers(first: 1, where: { name: { contains: "a" } }) { nodes { name } } }'

let governed: TestDatabase
let audit: TestDatabase
let gateway: TestGateway
/** Superuser in both, to break things. */
let owner: pg.Pool
let auditOwner: pg.Pool

beforeAll(async () => {
  governed = await createTestDatabase({ template: 'demo' })
  audit = await createTestDatabase()
  owner = new pg.Pool({ connectionString: governed.url })
  auditOwner = new pg.Pool({ connectionString: audit.url })
  // Cut off by the tests below, they connect again at their next use.
  for (const pool of [owner, auditOwner]) pool.on('error', () => undefined)
  gateway = await startTestGateway({
    databaseUrl: governed.url,
    env: { AUDIT_DATABASE_URL: audit.url, STATEMENT_TIMEOUT_MS: '500', AUDIT_DEADLINE_MS: '1500' },
  })
})
afterAll(async () => {
  await gateway?.close()
  await owner?.end()
  await auditOwner?.end()
  await governed?.drop()
  await audit?.drop()
})

// Whatever was broken before, the gateway comes back by itself.
beforeEach(() => expect.poll(async () => (await post()).status, { timeout: 20_000, interval: 100 }).toBe(200))

async function post(body: unknown = { query: QUERY }, headers = {}): Promise<Received> {
  return send(gateway.url, {
    headers: {
      authorization: `Bearer ${await gateway.token(CLERK)}`,
      'content-type': 'application/json',
      'x-purpose': 'BILLING',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** What the answer tells, and the one record that it left. */
async function expectFailure(
  code: ErrorCode,
  ask = post,
): Promise<[ToldError | undefined, LoggedAccess | undefined]> {
  const size = await logSize(auditOwner)
  const [told] = expectErrorAnswer(await ask(), code, [new URL(governed.url).port, governed.name, audit.name])
  const records = await recordsFrom(auditOwner, size)
  expect(records).toHaveLength(1)
  return [told, records[0]?.access]
}

/** Holds a lock in a session of its own while `work` runs. */
async function whileLocked(pool: pg.Pool, table: string, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    await work()
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

/** Cuts off whoever is connected to a database, and lets nobody in while `work` runs; by way of another one. */
async function closed(database: TestDatabase, other: TestDatabase, work: () => Promise<void>): Promise<void> {
  const server = new pg.Client({ connectionString: other.url })
  await server.connect()
  try {
    await server.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`)
    await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      database.name,
    ])
    await work()
  } finally {
    await server.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`)
    await server.end()
  }
}

it('a read that takes too long is 504, on record as failed, and the next one is served', async () => {
  await whileLocked(owner, 'customer', async () => {
    const [told, access] = await expectFailure('STATEMENT_TIMEOUT')
    expect(told).toMatchObject({
      message: 'the read took too long; ask for less or filter by an indexed field',
      path: ['customers'],
    })
    expect(access).toMatchObject({
      outcome: 'failed',
      principal: { subject: 'ane' },
      purpose: 'BILLING',
      blocked: { request: 'STATEMENT_TIMEOUT' },
    })
    expect(access).not.toHaveProperty('rows')
    expect(access).not.toHaveProperty('response')
  })
  expect((await post()).status).toBe(200)
})

it('several root fields, one of them too slow: nothing of the others is released', async () => {
  await whileLocked(owner, 'invoice', async () => {
    const query = '{ customers(first: 1) { nodes { name } } invoices(first: 1) { nodes { id } } }'
    const [, access] = await expectFailure('STATEMENT_TIMEOUT', () => post({ query }))
    expect(access).not.toHaveProperty('rows')
  })
})

it('a database that takes no connections is 503, on record as failed, and served again when it is back', async () => {
  await closed(governed, audit, async () => {
    const [told, access] = await expectFailure('DATABASE_UNAVAILABLE')
    expect(told?.message).toBe('the database does not answer; try again later')
    expect(access).toMatchObject({ outcome: 'failed', blocked: { request: 'DATABASE_UNAVAILABLE' } })
    await expectFailure('DATABASE_UNAVAILABLE')
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(503)
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200)
  })
  expect((await post()).status).toBe(200)
})

it('a column that is gone is our fault: 500, and nothing said about it', async () => {
  await owner.query('ALTER TABLE customer RENAME COLUMN name TO former_name')
  try {
    const [told, access] = await expectFailure('INTERNAL_ERROR')
    expect(told?.message).toBe('the gateway failed; nothing was released')
    expect(access).toMatchObject({ outcome: 'failed', blocked: { request: 'INTERNAL_ERROR' } })
  } finally {
    await owner.query('ALTER TABLE customer RENAME COLUMN former_name TO name')
  }
})

it.each([
  ['a permitted read', { query: QUERY }, {}],
  ['a refusal', { query: '{ customers { nodes { industryCode } } }' }, {}],
  ['a document that is not GraphQL', { query: '{' }, {}],
  ['a body that is not JSON', '{', {}],
  ['a request without a token', { query: QUERY }, { authorization: '' }],
])('with the log locked, %s is 503 and nothing else is said', async (_name, body, headers) => {
  const size = await logSize(auditOwner)
  await whileLocked(auditOwner, 'gateway.access_record', async () => {
    const answer = await post(body, headers)
    const [told] = expectErrorAnswer(answer, 'AUDIT_UNAVAILABLE', ['industryCode', audit.name])
    expect(told?.message).toMatch(/; try again later$/)
    expect(answer.text).not.toContain('data')
  })
  // The statement may still have been committed: one record too many is allowed, an answer without one is not.
  expect(await logSize(auditOwner)).toBeLessThanOrEqual(size + 1)
})

it('with the log known to be down, nothing is read any more, and it recovers by itself', async () => {
  await closed(audit, governed, async () => {
    expectErrorAnswer(await post(), 'AUDIT_UNAVAILABLE', [audit.name])
    // Known a moment after its first caller was told. That nothing is read shows: a read would wait for the lock.
    await whileLocked(owner, 'customer', () =>
      expect
        .poll(async () => expectErrorAnswer(await post(), 'AUDIT_UNAVAILABLE', [audit.name])[0]?.message, {
          timeout: 5_000,
        })
        .toBe('the access log takes no more at the moment, so nothing was read; try again later'),
    )
  })
  await expect.poll(async () => (await post()).status, { timeout: 10_000, interval: 100 }).toBe(200)
})

it('a client that goes away has its statement cancelled, and that is on record', async () => {
  const size = await logSize(auditOwner)
  await whileLocked(owner, 'customer', async () => {
    const token = await gateway.token(CLERK)
    const leaving = new AbortController()
    const asking = fetch(gateway.url, {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-purpose': 'BILLING',
      },
      body: JSON.stringify({ query: QUERY }),
    })
    const waiting = async (): Promise<unknown> => {
      const { rows } = await owner.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      return rows[0].n
    }
    await expect.poll(waiting, { interval: 5 }).toBe(1)
    leaving.abort()
    await expect(asking).rejects.toThrow()
    await expect.poll(waiting, { interval: 5 }).toBe(0)
    await expect.poll(() => logSize(auditOwner)).toBe(size + 1)
  })
  const [record] = await recordsFrom(auditOwner, size)
  expect(record?.access).toMatchObject({ outcome: 'failed', blocked: { request: 'REQUEST_CANCELLED' } })
})
