import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { codesIn } from './codes-in.ts'
import { type GroupsGateway, STATISTICIAN, startGroupsGateway } from './groups-gateway.ts'

let database: TestDatabase
let owner: pg.Client
let day = '2026-11-24'
const open = () =>
  startGroupsGateway({
    databaseUrl: database.url,
    rule: 'smallestGroup: 5, budget: 10',
    today: () => day,
  })
let gateways: GroupsGateway[] = []

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  gateways = [await open(), await open()]
})
afterAll(async () => {
  for (const gateway of gateways) await gateway.close()
  await owner?.end()
  await database?.drop()
})

const QUERY =
  'query ($n: Int) { subscriptionsAggregate(where: { OR: [{ seats: { gt: $n } }, { seats: { lte: $n } }] }) { count } }'

function ask(gateway: number, n: number, subject: string, app = 'test') {
  const asked = gateways[gateway]
  if (!asked) throw new Error('no such gateway')
  return asked.ask(QUERY, { n }, { ...STATISTICIAN, subject, app })
}

test('is shared by gateways, requests at once included: ten questions, and not one more', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(n % 2, n, 'at once')))
  const codes = answers.map((answer) => (answer.status === 200 ? 'ok' : codesIn(answer).join()))
  expect(codes.filter((code) => code === 'ok')).toHaveLength(10)
  expect(codes.filter((code) => code === 'BUDGET_EXHAUSTED')).toHaveLength(30)
})

test('survives a restart, is of the principal and not of the app, and is new on another day', async () => {
  for (let n = 0; n < 10; n++) expect((await ask(0, n, 'ann', n % 2 === 0 ? 'a' : 'b')).status).toBe(200)
  expect((await ask(0, 10, 'ann')).status).toBe(429)
  await gateways[0]?.close()
  gateways[0] = await open()
  expect((await ask(0, 10, 'ann')).status).toBe(429)
  expect((await ask(0, 9, 'ann', 'another')).status).toBe(200)
  expect((await ask(0, 10, 'bob')).status).toBe(200)
  day = '2026-11-25'
  expect((await ask(0, 10, 'ann')).status).toBe(200)
  day = '2026-11-24'
})

test('says neither who asked nor what', async () => {
  await gateways[0]?.ask(
    'query ($c: String) { customersAggregate(where: { city: { equals: $c } }) { count } }',
    { c: 'Hemmeligby' },
    { ...STATISTICIAN, subject: 'secret-subject' },
  )
  const { rows } = await owner.query('SELECT b::text AS text FROM gateway.aggregate_budget b')
  expect(rows.length).toBeGreaterThan(2)
  const text = rows.map((row) => row.text).join('\n')
  for (const secret of ['Hemmeligby', 'secret-subject']) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('hex'))
  }
})

test('a refusal for want of budget is on record, and read nothing', async () => {
  for (let n = 0; n < 11; n++) await ask(1, n, 'cid')
  const { rows } = await owner.query(
    `SELECT record FROM gateway.access_record WHERE subject = 'cid' ORDER BY index DESC LIMIT 1`,
  )
  const record = JSON.parse(String(rows[0]?.record))
  expect(record).toMatchObject({ outcome: 'refused', blocked: { request: 'BUDGET_EXHAUSTED' } })
  expect(record.rows).toBeUndefined()
  expect(record.response).toBeUndefined()
})

test('a budget that cannot be written, or read, is no budget', async () => {
  for (const missing of ['INSERT', 'UPDATE', 'SELECT']) {
    await owner.query(
      `DO $$ BEGIN EXECUTE format('REVOKE ${missing} ON gateway.aggregate_budget FROM %I', (SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'access_record' AND grantee LIKE '%auditor%' LIMIT 1)); END $$`,
    )
    const answer = await ask(1, 1, 'dot')
    expect([answer.status, codesIn(answer)]).toEqual([503, ['BUDGET_UNAVAILABLE']])
    expect(answer.body.data).toBeUndefined()
    expect(answer.headers.get('retry-after')).toBe('1')
    await owner.query(
      `DO $$ BEGIN EXECUTE format('GRANT ${missing} ON gateway.aggregate_budget TO %I', (SELECT grantee FROM information_schema.role_table_grants WHERE table_name = 'access_record' AND grantee LIKE '%auditor%' LIMIT 1)); END $$`,
    )
    expect((await ask(1, 1, 'dot')).status).toBe(200)
  }
})

test('days long past are forgotten', async () => {
  await owner.query(
    `INSERT INTO gateway.aggregate_budget VALUES ('2026-01-01', sha256('x'), 'STATISTICS', '{}')`,
  )
  await ask(0, 1, 'eve')
  const { rows } = await owner.query(`SELECT 1 FROM gateway.aggregate_budget WHERE day = '2026-01-01'`)
  expect(rows).toEqual([])
})
