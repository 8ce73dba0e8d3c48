import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Outcome, PlannedGroup } from '../../src/database/planned-group.ts'
import { runPlanned } from '../../src/database/planned-query.ts'
import { connectionConfig } from '../../src/database/pools.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  client = await connect()
  return () => client.end()
})
afterAll(() => database.drop())

async function connect(pipeline = false): Promise<pg.Client> {
  const config = connectionConfig({
    url: database.url,
    applicationName: 'named query test',
    size: 1,
    statementTimeoutMs: 3_000,
    connectionTimeoutMs: 2_000,
  })
  const opened = new pg.Client({ ...config, pipeline } as pg.ClientConfig)
  await opened.connect()
  return opened
}

const run = (text: string, values: unknown[] = [], on = client) =>
  runPlanned(on, { name: text.slice(0, 60), text, values, planOnce: false })

/** How often the server described the columns of a statement. */
function countDescriptions(of: pg.Client): () => number {
  let count = 0
  const { connection } = of as unknown as { readonly connection: NodeJS.EventEmitter }
  connection.on('rowDescription', () => count++)
  return () => count
}

test('columns are described once per connection, and rows are the same ever after', async () => {
  const descriptions = countDescriptions(client)
  const other = await connect()
  const text = `SELECT $1::int + n, $2::text, NULL::int, n::int8, true, '{"a": 1}'::json, 0.1::float8, '\\x00ff'::bytea
    FROM generate_series(1, 2) AS n`
  const expected = [1, 2].map((n) => [
    n + 1,
    'x',
    null,
    String(n),
    true,
    '{"a": 1}',
    0.1,
    Buffer.from([0, 0xff]),
  ])
  for (let i = 0; i < 3; i++) expect(await run(text, [1, 'x'])).toEqual(expected)
  expect(descriptions()).toBe(1)
  expect(await run(text, [1, 'x'], other)).toEqual(expected)
  await other.end()
})

test('values go as pg sends them, the first time and after', async () => {
  const values = [null, undefined, new Date(0), ['a', null, '"'], Buffer.from('b'), { c: 1 }, true, 1.5]
  const text = `SELECT $1::text, $2::text, $3::timestamptz = 'epoch', $4::text[], $5::bytea, $6::json, $7::bool, $8::float8`
  const expected = [[null, null, true, '{a,NULL,"\\""}', Buffer.from('b'), '{"c":1}', true, 1.5]]
  for (let i = 0; i < 2; i++) expect(await run(text, values)).toEqual(expected)
})

test('no rows and no columns are no rows', async () => {
  for (let i = 0; i < 2; i++) {
    expect(await run('SELECT 1 WHERE false')).toEqual([])
    expect(await run('SET work_mem = 4096')).toEqual([])
  }
})

test('what the server does not run is no empty list', async () => {
  await expect(run('')).rejects.toThrow('the server has not run the statement')
  expect(await run('SELECT 1')).toEqual([[1]])
})

test('a failure is that of its own statement, described or not', async () => {
  const divide = 'SELECT 10 / $1::int'
  await expect(run(divide, [0])).rejects.toMatchObject({ code: '22012' })
  for (let i = 0; i < 2; i++) {
    expect(await run(divide, [2])).toEqual([[5]])
    await expect(run(divide, [0])).rejects.toMatchObject({ code: '22012' })
  }
  const circular: { self?: unknown } = {}
  circular.self = circular
  await expect(run(divide, [circular])).rejects.toThrow(/circular/i)
  expect(await run(divide, [2])).toEqual([[5]])
})

test('in a pipeline those that are sent before the first answer are described too, later ones are not', async () => {
  const pipelined = await connect(true)
  const descriptions = countDescriptions(pipelined)
  const ask = () => Promise.all([1, 2, 3].map((n) => run('SELECT $1::int', [n], pipelined)))
  expect(await ask()).toEqual([[[1]], [[2]], [[3]]])
  expect(descriptions()).toBe(3)
  expect(await ask()).toEqual([[[1]], [[2]], [[3]]])
  expect(descriptions()).toBe(3)
  await pipelined.end()
})

test('when a column gets another type, the statement fails; its values are never taken for the former type', async () => {
  await client.query('CREATE TABLE changing (a int)')
  await client.query('INSERT INTO changing VALUES (1)')
  for (let i = 0; i < 2; i++) expect(await run('SELECT a FROM changing')).toEqual([[1]])
  await client.query('ALTER TABLE changing ALTER a TYPE text')
  await expect(run('SELECT a FROM changing')).rejects.toMatchObject({ code: '0A000' })
  for (let i = 0; i < 2; i++) expect(await run('SELECT a FROM changing')).toEqual([['1']])
})

test.each([
  ['one by one', false],
  ['in a pipeline', true],
])('each statement is planned as it says, whatever was sent before it (%s)', async (_, pipeline) => {
  const session = await connect(pipeline)
  const mode = `SELECT current_setting('plan_cache_mode'), $1::int`
  const ask = (name: string | undefined, planOnce: boolean) =>
    runPlanned(session, { name, text: mode, values: [1], planOnce }).then(([row]) => row?.[0])
  const asked: [string | undefined, boolean][] = [
    ['a', false],
    ['b', true],
    ['b', true],
    [undefined, true],
    [undefined, false],
    ['a', true],
    ['a', false],
    ['b', true],
  ]
  const found = await Promise.all(asked.map(([name, planOnce]) => ask(name, planOnce)))
  expect(found).toEqual(asked.map(([, planOnce]) => (planOnce ? 'force_generic_plan' : 'auto')))
  await session.end()
})

test('a statement that fails leaves the next one planned as it says', async () => {
  const mode = `SELECT current_setting('plan_cache_mode')`
  const divide = 'SELECT 10 / $1::int'
  const ask = (text: string, values: unknown[], planOnce: boolean, name?: string) =>
    runPlanned(client, { name, text, values, planOnce })
  for (const name of [undefined, 'divide']) {
    await expect(ask(divide, [0], true, name)).rejects.toMatchObject({ code: '22012' })
    expect(await ask(mode, [], true)).toEqual([['force_generic_plan']])
    await expect(ask(divide, [0], false, name)).rejects.toMatchObject({ code: '22012' })
    expect(await ask(mode, [], false)).toEqual([['auto']])
    await expect(ask('SELECT nothing', [], true, 'never')).rejects.toMatchObject({ code: '42703' })
    expect(await ask(mode, [], true)).toEqual([['force_generic_plan']])
    await expect(ask('SELECT nothing', [], false, 'never')).rejects.toMatchObject({ code: '42703' })
  }
  expect(await ask(divide, [5], true, 'divide')).toEqual([[2]])
})

test('what the server is to forget is forgotten', async () => {
  for (let i = 0; i < 2; i++)
    await runPlanned(client, { name: undefined, text: 'SELECT $1::int', values: [i], planOnce: true })
  const { rows } = await client.query('SELECT name FROM pg_prepared_statements')
  expect(rows).toEqual([{ name: 'gateway_planning' }])
})

test('a group is answered as one; after one that fails, none is run and all are told', async () => {
  let ready = 0
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter }
  connection.on('readyForQuery', () => ready++)
  const ask = async (values: readonly unknown[]): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = []
    const group = new PlannedGroup(client)
    const all = values.map(
      (value, i) =>
        new Promise<void>((resolve) => {
          const statement = {
            name: `echo ${i}`,
            text: `SELECT ${i}, $1::int`,
            values: [value],
            planOnce: i % 2 === 0,
          }
          group.add(statement, (outcome) => {
            outcomes[i] = outcome
            resolve()
          })
        }),
    )
    client.query(group)
    await Promise.all(all)
    return outcomes
  }
  const all = [0, 1, 2, 3].map((i) => [[i, 7]])
  expect(await ask([7, 7, 7, 7])).toEqual(all)
  expect(ready).toBe(1)
  expect(await ask([7, 'x', 7, 'y'])).toEqual([
    [[0, 7]],
    expect.objectContaining({ code: '22P02' }),
    undefined,
    undefined,
  ])
  for (let i = 0; i < 2; i++) expect(await ask([7, 7, 7, 7])).toEqual(all)
  expect(ready).toBe(4)
})

test('a group for a connection that is gone is told so at once', async () => {
  const gone = await connect(true)
  await gone.end()
  const outcomes: Outcome[] = []
  const group = new PlannedGroup(gone)
  for (let i = 0; i < 2; i++)
    group.add({ name: 'n', text: 'SELECT 1', values: [], planOnce: false }, (outcome) =>
      outcomes.push(outcome),
    )
  gone.query(group)
  await expect.poll(() => outcomes).toEqual([expect.any(Error), undefined])
})
