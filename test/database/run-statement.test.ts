import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cancellation } from '../../src/cancellation.ts'
import { openPool, poolStats } from '../../src/database/pools.ts'
import { runStatement, type Statement, type StatementResult } from '../../src/database/run-statement.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
let admin: pg.Client
const pools: pg.Pool[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
})
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()))
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

function open(changes: { size?: number; statementTimeoutMs?: number; url?: string } = {}): pg.Pool {
  const pool = openPool({
    url: database.url,
    applicationName: 'run-statement test',
    size: 2,
    statementTimeoutMs: 5_000,
    connectionTimeoutMs: 2_000,
    ...changes,
  })
  pools.push(pool)
  return pool
}

const statement = (text: string, values: unknown[] = [], name = text.slice(0, 60)): Statement => ({
  name,
  text,
  values,
})
const SLEEP = statement('SELECT pg_sleep(20)')

async function sessions(condition: string): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'run-statement test' AND ${condition}`,
  )
  return rows[0]?.n ?? -1
}
const sleeping = () => sessions(`state = 'active' AND query = 'SELECT pg_sleep(20)'`)

async function code(result: Promise<StatementResult>): Promise<string> {
  const settled = await result
  return settled.kind === 'rows' ? 'rows' : `${settled.code} ${settled.sqlState}`
}

test('rows are arrays; JSON, numbers and instants are text', async () => {
  const text = `SELECT 1, true, 1.10::numeric, 9007199254740993, '{"a":  1}'::jsonb, '[1 ]'::json,
    '2026-01-02 03:04:05.678901+00'::timestamptz AT TIME ZONE 'UTC', DATE '2026-01-02', '\\x01'::bytea, NULL, ARRAY['a'], $1::text`
  expect(await runStatement(open(), statement(text, ['x']), undefined)).toEqual({
    kind: 'rows',
    rows: [
      [
        1,
        true,
        '1.10',
        '9007199254740993',
        '{"a": 1}',
        '[1 ]',
        '2026-01-02 03:04:05.678901',
        '2026-01-02',
        Buffer.of(1),
        null,
        '{a}',
        'x',
      ],
    ],
  })
})

test('an abort ends the statement in the server, and the connection is not used again', async () => {
  const pool = open({ size: 1 })
  const cancellation = new Cancellation()
  const result = code(runStatement(pool, SLEEP, cancellation))
  await expect.poll(sleeping).toBe(1)
  cancellation.request()
  expect(await result).toBe('REQUEST_CANCELLED undefined')
  await expect.poll(sleeping).toBe(0)
  expect(poolStats(pool)).toEqual({ total: 0, idle: 0, waiting: 0 })
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe('rows')
})

test('an abort at any moment gives cancelled or rows, and leaves nothing running', async () => {
  const pool = open({ size: 4 })
  const results = await Promise.all(
    Array.from({ length: 40 }, async (_, at) => {
      const cancellation = new Cancellation()
      const result = code(runStatement(pool, statement('SELECT pg_sleep(0.02)'), cancellation))
      // The last ones are aborted when all is over.
      await (at < 35 ? delay(at * 5) : result)
      cancellation.request()
      return result
    }),
  )
  expect(new Set(results)).toEqual(new Set(['REQUEST_CANCELLED undefined', 'rows']))
  await expect.poll(() => sessions(`state = 'active'`)).toBe(0)
})

test('an abort in the moment of sending is repeated until it hits', async () => {
  const pool = open()
  await runStatement(pool, statement('SELECT 1'), undefined)
  for (let round = 0; round < 20; round++) {
    const cancellation = new Cancellation()
    const result = code(runStatement(pool, SLEEP, cancellation))
    // The connection is idle, so the statement leaves in one of the next turns of the event loop.
    for (let turn = 0; turn < round % 5; turn++) await new Promise(setImmediate)
    cancellation.request()
    expect(await result).toBe('REQUEST_CANCELLED undefined')
  }
  await expect.poll(sleeping).toBe(0)
})

test('an aborted request does not even connect; one that is never cancelled leaves no listener behind', async () => {
  const pool = open()
  expect(await code(runStatement(pool, SLEEP, cancelled()))).toBe('REQUEST_CANCELLED undefined')
  expect(poolStats(pool).total).toBe(0)
  const cancellation = new Cancellation()
  const listening = new Set<() => void>()
  cancellation.add = (listener) => void listening.add(listener)
  cancellation.delete = (listener) => void listening.delete(listener)
  for (let round = 0; round < 5; round++) await runStatement(pool, statement('SELECT 1'), cancellation)
  expect([listening.size, poolStats(pool)]).toEqual([0, { total: 1, idle: 1, waiting: 0 }])
})

function cancelled(): Cancellation {
  const cancellation = new Cancellation()
  cancellation.request()
  return cancellation
}

test('a timeout is told apart, and the connection stays', async () => {
  const pool = open({ size: 1, statementTimeoutMs: 100 })
  expect(await code(runStatement(pool, SLEEP, undefined))).toBe('STATEMENT_TIMEOUT 57014')
  await expect.poll(sleeping).toBe(0)
  expect(poolStats(pool)).toEqual({ total: 1, idle: 1, waiting: 0 })
})

test('bad values are the user’s, wrong SQL is ours; neither says more than a code', async () => {
  const pool = open({ size: 1 })
  const cases: [string, unknown[], string][] = [
    ['SELECT $1::integer', ['not a number'], 'BAD_USER_INPUT 22P02'],
    ['SELECT $1::smallint', ['70000'], 'BAD_USER_INPUT 22003'],
    ['SELECT $1::date', ['2026-02-30'], 'BAD_USER_INPUT 22008'],
    ['SELECT $1::text', ['nul \u0000'], 'BAD_USER_INPUT 22021'],
    ['SELECT "nope"', [], 'INTERNAL_ERROR 42703'],
    ['SELECT 1', [1], 'INTERNAL_ERROR 08P01'],
  ]
  for (const [text, values, expected] of cases)
    expect([text, await code(runStatement(pool, statement(text, values), undefined))]).toEqual([
      text,
      expected,
    ])
  const failed = await runStatement(pool, statement('SELECT $1::integer', ['secret value']), undefined)
  expect(JSON.stringify(failed)).not.toContain('secret')
})

test('a flood of bad input does not churn connections', async () => {
  const pool = open({ size: 1 })
  let opened = 0
  pool.on('connect', () => opened++)
  for (let round = 0; round < 20; round++)
    await runStatement(pool, statement('SELECT $1::int', ['x']), undefined)
  expect(opened).toBe(1)
})

test('a terminated server process, busy or idle, fails at most its own statement, and the pool recovers', async () => {
  const pool = open({ size: 3 })
  const busy = code(runStatement(pool, SLEEP, undefined))
  await Promise.all([1, 2].map(() => runStatement(pool, statement('SELECT pg_sleep(0.1)'), undefined)))
  await expect.poll(sleeping).toBe(1)
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'run-statement test'`,
  )
  expect(await busy).toBe('DATABASE_UNAVAILABLE 57P01')
  await expect.poll(() => poolStats(pool).total).toBe(0)
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe('rows')
})

test('no server, wrong password, no free connection: unavailable', async () => {
  const nowhere = new URL(database.url)
  nowhere.port = '1'
  expect(await code(runStatement(open({ url: nowhere.href }), statement('SELECT 1'), undefined))).toBe(
    'DATABASE_UNAVAILABLE undefined',
  )
  const stranger = new URL(database.url)
  stranger.password = 'wrong'
  expect(await code(runStatement(open({ url: stranger.href }), statement('SELECT 1'), undefined))).toBe(
    'DATABASE_UNAVAILABLE 28P01',
  )
  const pool = open({ size: 1 })
  const cancellation = new Cancellation()
  const busy = runStatement(pool, SLEEP, cancellation)
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe(
    'DATABASE_UNAVAILABLE undefined',
  )
  cancellation.request()
  await busy
})

test('a server that falls silent does not hold a request for ever', async () => {
  const proxy = await faultyProxy(database.url)
  const pool = open({ url: proxy.url, size: 1, statementTimeoutMs: 200 })
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe('rows')
  proxy.fallSilent()
  const started = performance.now()
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe(
    'DATABASE_UNAVAILABLE undefined',
  )
  expect(performance.now() - started).toBeLessThan(2_500)
  expect(poolStats(pool).total).toBe(0)
  await proxy.close()
})

test('a connection that is cut under a statement fails that statement and nothing else', async () => {
  const proxy = await faultyProxy(database.url)
  const pool = open({ url: proxy.url, size: 2 })
  const cancellation = new Cancellation()
  const results = [code(runStatement(pool, SLEEP, undefined)), code(runStatement(pool, SLEEP, cancellation))]
  await expect.poll(sleeping).toBe(2)
  proxy.cut()
  expect(await Promise.all(results)).toEqual([
    'DATABASE_UNAVAILABLE undefined',
    'DATABASE_UNAVAILABLE undefined',
  ])
  expect(await code(runStatement(pool, statement('SELECT 1'), undefined))).toBe('rows')
  await admin.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20)'`)
  await proxy.close()
})

test('names: what is asked once gets none, what is asked again is prepared once, and the number is bounded', async () => {
  const pool = open({ size: 1 })
  const prepared = async (): Promise<unknown> => {
    const result = await runStatement(
      pool,
      statement('SELECT name FROM pg_prepared_statements', [], `ask ${Math.random()}`),
      undefined,
    )
    return result.kind === 'rows' ? result.rows.map(([name]) => name) : result
  }
  const named = statement('SELECT 42', [], 'forty_two')
  await runStatement(pool, named, undefined)
  expect(await prepared()).toEqual([])
  for (let round = 0; round < 3; round++) await runStatement(pool, named, undefined)
  expect(await prepared()).toEqual(['forty_two'])

  let opened = 0
  pool.on('connect', () => opened++)
  for (let at = 0; at < 1_050; at++) {
    const many = statement(`SELECT ${at}`, [], `many_${at}`)
    await runStatement(pool, many, undefined)
    await runStatement(pool, many, undefined)
  }
  expect(opened).toBe(1)
  expect(((await prepared()) as string[]).length).toBeLessThanOrEqual(1_000)
})

/** Passes everything on, until it is told to fall silent or to cut the connections. */
async function faultyProxy(target: string) {
  const url = new URL(target)
  const sockets: Socket[] = []
  let silent = false
  const { port, hostname } = url
  const server: Server = createServer((near) => {
    const far = dial(Number(port), hostname)
    sockets.push(near, far)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => {
        if (!silent) to.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url.hostname = '127.0.0.1'
  url.port = String(address.port)
  return {
    url: url.href,
    fallSilent: () => {
      silent = true
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
