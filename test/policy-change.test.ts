import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChangedSchema, changedSchema } from './changed-schema.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'

let database: TestDatabase
let owner: pg.Client
let schema: ChangedSchema
let gateway: TestGateway

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
})
afterAll(async () => {
  await owner?.end()
  await database?.drop()
})
beforeEach(async () => {
  schema = await changedSchema()
  gateway = await startTestGateway({
    databaseUrl: database.url,
    env: { SCHEMA_DIR: schema.folder, GATEWAY_SECRET: 'a secret of the tests of changes, 32+' },
    watchEveryMs: 50,
  })
})
afterEach(async () => {
  await gateway?.close()
  await schema?.remove()
})

const INDUSTRY = '{ customers(first: 1) { nodes { industryCode } } }'
const NAMES = '{ customers(first: 1) { nodes { name } } }'

function ask(query: string, subject = 'ane'): Promise<Answer> {
  return gateway.ask(
    { subject, roles: ['BILLING_CLERK'], purposes: ['BILLING'] },
    { query, purpose: 'BILLING' },
  )
}

const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code as string | undefined

/** The line that tells what became of a change. */
async function told(pattern: RegExp): Promise<string> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    const line = gateway.lines.find((text) => pattern.test(text))
    if (line) return line
    await delay(20)
  }
  throw new Error(`nothing like ${pattern} in:\n${gateway.lines.join('\n')}`)
}

async function recordOf(subject: string) {
  const { rows } = await owner.query(
    'SELECT index, record FROM gateway.access_record WHERE subject = $1 ORDER BY index DESC LIMIT 1',
    [subject],
  )
  return JSON.parse(String(rows[0]?.record))
}

async function readerMaySee(column: string): Promise<boolean> {
  const { rows } = await owner.query<{ may: boolean }>(
    `SELECT has_column_privilege('gateway_reader_' || current_database(), 'customer', $1, 'SELECT') AS may`,
    [column],
  )
  return rows[0]?.may === true
}

const NAME_OF_BILLING = 'name: String! @personal(category: IDENTITY) @purpose(for: [BILLING, BOOKKEEPING'
const NAME_WITHOUT_BILLING = 'name: String! @personal(category: IDENTITY) @purpose(for: [BOOKKEEPING'
const INDUSTRY_DECLARATIONS =
  'industryCode: String @purpose(for: [MARKET_ANALYSIS, STATISTICS, MARKETING, LEGAL_OBLIGATION, SUBJECT_ACCESS])'
const BILLING = 'owner: "finance@example.dk", reviewed: "2026-09-01")'

test('a purpose that is suspended is refused without a restart, under the hash of the new policy', async () => {
  expect((await ask(NAMES, 'before')).status).toBe(200)
  const before = (await recordOf('before')).policy
  await schema.change('purposes.graphql', BILLING, `${BILLING.slice(0, -1)}, suspended: true)`)
  const hash = /[0-9a-f]{64}/.exec(await told(/is in force$/))?.[0]
  expect(hash).not.toBe(before)
  const refused = await ask(NAMES, 'after')
  expect([refused.status, codeOf(refused)]).toEqual([403, 'PURPOSE_SUSPENDED'])
  expect((await recordOf('after')).policy).toBe(hash)
  const { rows } = await owner.query('SELECT text FROM gateway.policy_version WHERE hash = $1', [hash])
  expect(JSON.parse(rows[0]?.text).purposes.BILLING.suspended).toBe(true)
})

test('a plan of the old policy is not used for the new one, in either direction', async () => {
  expect((await ask(NAMES)).status).toBe(200)
  expect((await ask(NAMES)).status).toBe(200)
  await schema.change('customers.graphql', NAME_OF_BILLING, NAME_WITHOUT_BILLING)
  await told(/is in force$/)
  expect(codeOf(await ask(NAMES))).toBe('FIELD_NOT_PERMITTED')
  await schema.change('customers.graphql', NAME_WITHOUT_BILLING, NAME_OF_BILLING)
  await expect.poll(async () => (await ask(NAMES)).status, { timeout: 20_000 }).toBe(200)
})

test('the reader may read what the new policy takes, and no longer what only the old one took', async () => {
  await schema.change('customers.graphql', INDUSTRY_DECLARATIONS, 'industryCode: String @purpose(for: [])')
  await told(/is in force$/)
  await expect.poll(() => readerMaySee('industry_code'), { timeout: 20_000 }).toBe(false)
  await schema.change(
    'customers.graphql',
    'industryCode: String @purpose(for: [])',
    'industryCode: String @purpose(for: [BILLING])',
  )
  await expect.poll(async () => (await ask(INDUSTRY)).status, { timeout: 20_000 }).toBe(200)
  expect(await readerMaySee('industry_code')).toBe(true)
})

test.each([
  ['with a finding of severity MUST', 'BILLING_CLERK]', 'BILLING_CLARK]', /MUST +PG204/],
  ['that is not GraphQL', 'enum Purpose {', 'enum Purpose {{', /MUST +PG101/],
])('a policy %s leaves the old one in force, and says so', async (_, from, to, finding) => {
  await schema.change('purposes.graphql', from, to)
  await told(/the old one stays in force/)
  expect(gateway.lines.join('\n')).toMatch(finding)
  expect((await ask(NAMES, 'still')).status).toBe(200)
  const held = (await recordOf('still')).policy
  const metrics = await (await fetch(new URL('/metrics', gateway.url))).text()
  expect(metrics).toMatch(/^purpose_gateway_policy_changes_total\{.*outcome="refused".*\} 1/m)
  // What is broken can be mended, and then counts.
  await schema.change('purposes.graphql', to, from)
  await schema.change('purposes.graphql', BILLING, BILLING.replace('-01"', '-02"'))
  await told(/is in force$/)
  expect((await ask(NAMES, 'mended')).status).toBe(200)
  expect((await recordOf('mended')).policy).not.toBe(held)
})

test('a policy whose columns the database does not have leaves the old one in force', async () => {
  await owner.query('ALTER TABLE customer RENAME COLUMN industry_code TO gone')
  try {
    await schema.change('customers.graphql', INDUSTRY_DECLARATIONS, 'industryCode: String @purpose(for: [])')
    await told(/is in force$/)
    await schema.change(
      'customers.graphql',
      'industryCode: String @purpose(for: [])',
      'industryCode: String @purpose(for: [BILLING])',
    )
    expect(await told(/the old one stays in force/)).toContain('industry_code')
    expect(codeOf(await ask(INDUSTRY))).toBe('FIELD_NOT_PERMITTED')
    expect((await ask(NAMES)).status).toBe(200)
  } finally {
    await owner.query('ALTER TABLE customer RENAME COLUMN gone TO industry_code')
  }
})

test('a request that is under way ends under the policy it began with', async () => {
  await owner.query('BEGIN')
  await owner.query('LOCK TABLE customer IN ACCESS EXCLUSIVE MODE')
  const waiting = ask(NAMES, 'slow')
  await delay(300)
  await schema.change('purposes.graphql', BILLING, `${BILLING.slice(0, -1)}, suspended: true)`)
  const hash = /[0-9a-f]{64}/.exec(await told(/is in force$/))?.[0]
  expect(codeOf(await ask(NAMES, 'quick'))).toBe('PURPOSE_SUSPENDED')
  await owner.query('COMMIT')
  expect((await waiting).status).toBe(200)
  expect((await recordOf('slow')).policy).not.toBe(hash)
  expect((await recordOf('quick')).policy).toBe(hash)
})

test('what a request under way reads stays readable although the new policy takes other columns', async () => {
  const noIndustry = 'industryCode: String @purpose(for: [])'
  const country =
    'country: String! @purpose(for: [BILLING, BOOKKEEPING, SUPPORT, MARKET_ANALYSIS, STATISTICS, LEGAL_OBLIGATION, SUBJECT_ACCESS])'
  const between = '\n  "Line of business, six digits of the Danish industry code (DB)."\n  '
  await schema.change('customers.graphql', INDUSTRY_DECLARATIONS, noIndustry)
  await told(/is in force$/)
  await expect.poll(() => readerMaySee('industry_code'), { timeout: 20_000 }).toBe(false)
  // PostgreSQL looks at privileges once it has all locks, and to grant them on a table it takes one of that table.
  await owner.query('BEGIN')
  await owner.query('LOCK TABLE invoice IN ACCESS EXCLUSIVE MODE')
  const waiting = ask('{ customers(first: 1) { nodes { country invoices(first: 1) { nodes { id } } } } }')
  await delay(300)
  await schema.change(
    'customers.graphql',
    country + between + noIndustry,
    `country: String! @purpose(for: [])${between}industryCode: String @purpose(for: [BILLING])`,
  )
  const taken = () => gateway.lines.filter((line) => line.endsWith('is in force')).length
  await expect.poll(taken, { timeout: 20_000 }).toBe(2)
  await owner.query('COMMIT')
  expect((await waiting).body.errors).toBeUndefined()
  await expect.poll(() => readerMaySee('country_code'), { timeout: 20_000 }).toBe(false)
  expect((await ask(INDUSTRY)).status).toBe(200)
})

test('purposes lapse while the gateway runs, at midnight UTC', async () => {
  await gateway.close()
  let now = Date.parse('2027-10-01T23:59:59.999Z')
  gateway = await startTestGateway({ databaseUrl: database.url, reviewClock: () => now })
  expect((await ask(NAMES)).status).toBe(200)
  now += 1
  const refused = await ask(NAMES, 'late')
  expect([refused.status, codeOf(refused)]).toEqual([403, 'PURPOSE_OVERDUE'])
  expect(refused.body.errors[0].message).toContain('2026-09-01')
  expect(await recordOf('late')).toMatchObject({
    outcome: 'refused',
    purpose: 'BILLING',
    blocked: { request: 'PURPOSE_OVERDUE' },
  })
})
