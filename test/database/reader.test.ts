import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cancellation } from '../../src/cancellation.ts'
import { LONG_TEXT_BYTES } from '../../src/database/long-texts.ts'
import { openReader, type Reader } from '../../src/database/reader.ts'
import type { Statement, StatementResult } from '../../src/database/run-statement.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const APPLICATION = 'reader test'

let database: TestDatabase
let admin: pg.Client
const readers: Reader[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
})
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.end()))
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

const short = (text: string, values: unknown[] = []): Statement => ({
  name: text.slice(0, 60),
  text,
  values,
  short: true,
})
const ECHO = 'SELECT $1::int, pg_backend_pid()'

async function open(size = 10): Promise<Reader> {
  const reader = openReader({
    url: database.url,
    applicationName: APPLICATION,
    size,
    statementTimeoutMs: 3_000,
    connectionTimeoutMs: 2_000,
  })
  readers.push(reader)
  // The shared connections are opened in the background, one at each asking.
  await expect
    .poll(async () => {
      await reader.run(short('SELECT 1'), undefined)
      return reader.stats.total - reader.stats.idle
    })
    .toBe(size >= 4 ? 2 : 0)
  return reader
}

const rowsOf = (result: StatementResult) => (result.kind === 'rows' ? result.rows : result)

async function backends(condition: string): Promise<number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND ${condition}`,
    [APPLICATION],
  )
  return rows.map(({ pid }) => pid)
}

test('long texts arrive as bytes on either kind of connection, and what is no text as it always does', async () => {
  const reader = await open()
  const text = 'æ'.repeat(LONG_TEXT_BYTES)
  const asked = "SELECT repeat('æ', $1::int), 'short', 7, decode(repeat('ab', $1::int), 'hex')"
  for (const isShort of [true, false]) {
    const result = await reader.run({ ...short(asked, [LONG_TEXT_BYTES]), short: isShort }, undefined)
    expect(rowsOf(result)).toEqual([[Buffer.from(text), 'short', 7, Buffer.alloc(LONG_TEXT_BYTES, 0xab)]])
  }
})

test('a burst of short statements goes to two connections, and each gets its own answer', async () => {
  const reader = await open()
  const numbers = Array.from({ length: 24 }, (_, i) => i)
  let backends = 0
  // A machine that stops for 20 ms in the middle of a burst sends the rest elsewhere.
  for (let round = 0; round < 50 && backends !== 2; round++) {
    const burst = numbers.map((i) => reader.run(short(ECHO, [i]), undefined))
    const results = (await Promise.all(burst)).map(rowsOf) as [number, number][][]
    expect(results.map((rows) => rows[0]?.[0])).toEqual(numbers)
    backends = new Set(results.map((rows) => rows[0]?.[1])).size
  }
  expect(backends).toBe(2)
})

test('more than the shared connections hold go to connections of their own', async () => {
  const reader = await open()
  const burst = Array.from({ length: 100 }, (_, i) => reader.run(short(ECHO, [i]), undefined))
  const results = (await Promise.all(burst)).map(rowsOf) as [number, number][][]
  expect(results.map((rows) => rows[0]?.[0])).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(new Set(results.map((rows) => rows[0]?.[1])).size).toBeGreaterThan(2)
})

test('what one statement does wrong is no fault of those beside it', async () => {
  const reader = await open()
  const results = await Promise.all([
    reader.run(short(ECHO, [1]), undefined),
    reader.run(short(ECHO, ['x']), undefined),
    reader.run(short('SELECT 1 / $1::int', [0]), undefined),
    reader.run(short('SELECT * FROM no_such_table'), undefined),
    reader.run(short(ECHO, [2]), undefined),
  ])
  expect(results.map((result) => (result.kind === 'rows' ? result.rows[0]?.[0] : result.code))).toEqual([
    1,
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
    'INTERNAL_ERROR',
    2,
  ])
})

test('a statement that was to be prepared behind one that failed is run all the same', async () => {
  const reader = await open()
  const name = 'prepared behind a failure'
  const echo = (n: unknown): Statement => ({ ...short(ECHO, [n]), name })
  await reader.run(echo(0), undefined)
  // Wherever the first two go, they fail; with each goes one that would be prepared, and behind it, in the next turn, one that relies on it.
  const failing = [1, 2].map(() => reader.run(short('SELECT pg_sleep(0.01), 1 / $1::int', [0]), undefined))
  const preparing = [3, 4].map((n) => reader.run(echo(n), undefined))
  await turn()
  const relying = [5, 6].map((n) => reader.run(echo(n), undefined))
  expect((await Promise.all(failing)).map((result) => result.kind)).toEqual(['failed', 'failed'])
  const results = (await Promise.all([...preparing, ...relying])).map(rowsOf) as [number, number][][]
  expect(results.map((rows) => rows[0]?.[0])).toEqual([3, 4, 5, 6])
})

test('a connection that dies with statements on it loses none of them', async () => {
  const reader = await open()
  const pids = await Promise.all([1, 2, 3, 4].map((n) => reader.run(short(ECHO, [n]), undefined)))
  const sharing = pids.map((result) => (result.kind === 'rows' ? result.rows[0]?.[1] : undefined))
  const slow = Array.from({ length: 6 }, (_, i) =>
    reader.run(short('SELECT $1::int, pg_sleep(0.05)', [i]), undefined),
  )
  await admin.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [sharing])
  const results = await Promise.all(slow)
  expect(results.map((result) => (result.kind === 'rows' ? result.rows[0]?.[0] : result))).toEqual([
    0, 1, 2, 3, 4, 5,
  ])
  await expect
    .poll(
      async () => {
        await reader.run(short('SELECT 1'), undefined)
        return reader.stats.total - reader.stats.idle
      },
      { timeout: 5_000 },
    )
    .toBe(2)
})

test('a cancelled statement is cancelled in the server, and those behind it are answered', async () => {
  const reader = await open()
  // Two on each connection, one behind the other.
  const cancellations = [1, 2, 3, 4].map(() => new Cancellation())
  const stuck = cancellations.map((cancellation) => reader.run(short('SELECT pg_sleep(30)'), cancellation))
  const behind = [7, 8, 9, 10].map((n) => reader.run(short(ECHO, [n]), undefined))
  await expect.poll(() => backends(`query = 'SELECT pg_sleep(30)' AND state = 'active'`)).toHaveLength(2)
  for (const cancellation of cancellations) cancellation.request()
  for (const result of await Promise.all(stuck))
    expect(result).toEqual({ kind: 'failed', code: 'REQUEST_CANCELLED', sqlState: undefined })
  expect((await Promise.all(behind)).map((r) => (r.kind === 'rows' ? r.rows[0]?.[0] : r))).toEqual([
    7, 8, 9, 10,
  ])
  await expect.poll(() => backends(`query = 'SELECT pg_sleep(30)' AND state = 'active'`)).toEqual([])
})

test('behind a statement that is not short after all, nothing more is queued', async () => {
  const reader = await open()
  const slow = [1, 2].map(() => reader.run(short('SELECT pg_sleep(1)'), undefined))
  await new Promise((resolve) => setTimeout(resolve, 100))
  const startedAt = performance.now()
  expect(rowsOf(await reader.run(short(ECHO, [1]), undefined))).toMatchObject([[1, expect.any(Number)]])
  expect(performance.now() - startedAt).toBeLessThan(700)
  await Promise.all(slow)
})

test('the statement timeout holds', async () => {
  const reader = await open()
  expect(await reader.run(short('SELECT pg_sleep(30)'), undefined)).toMatchObject({
    code: 'STATEMENT_TIMEOUT',
    sqlState: '57014',
  })
})

test('a request that was cancelled before is not sent', async () => {
  const reader = await open()
  const cancellation = new Cancellation()
  cancellation.request()
  expect(await reader.run(short(ECHO, [1]), cancellation)).toMatchObject({ code: 'REQUEST_CANCELLED' })
})

test('with few connections none is shared', async () => {
  const reader = await open(3)
  expect(rowsOf(await reader.run(short(ECHO, [1]), undefined))).toMatchObject([[1, expect.any(Number)]])
  expect(await backends('true')).toHaveLength(1)
})

test('a database that is not there is told as such', async () => {
  const nowhere = new URL(database.url)
  nowhere.port = '1'
  const reader = openReader({
    url: nowhere.href,
    applicationName: APPLICATION,
    size: 10,
    statementTimeoutMs: 3_000,
    connectionTimeoutMs: 500,
  })
  readers.push(reader)
  for (let round = 0; round < 3; round++)
    expect(await reader.run(short(ECHO, [1]), undefined)).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
})

test('ending waits for what was sent, and leaves no connection', async () => {
  const reader = await open()
  const last = reader.run(short('SELECT $1::int, pg_sleep(0.2)', [5]), undefined)
  await reader.end()
  readers.pop()
  expect(rowsOf(await last)).toMatchObject([[5, '']])
  await expect.poll(() => backends('true')).toEqual([])
})
