import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChangedSchema, changedSchema } from '../changed-schema.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, ask, tokensOf } from '../gateway.ts'
import { schemaReviewedLately } from '../schema-reviewed-lately.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'

/** A gateway that looks at its policy only when it is told to: SIGHUP, as operators send it. */
let database: TestDatabase
let owner: pg.Client
let dataDir: string
let schema: ChangedSchema
let gateway: GatewayProcess
let url: string
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-hangup-'))
  schema = await changedSchema(schemaReviewedLately())
  const env = { SCHEMA_DIR: schema.folder, POLICY_WATCH_SECONDS: '0' }
  gateway = spawnGateway({ env: { DATABASE_URL: database.url, DATA_DIR: dataDir, ...env } })
  url = await gateway.ready()
})
afterAll(async () => {
  await gateway?.kill('SIGKILL')
  await owner?.end()
  await database?.drop()
  await schema?.remove()
  await rm(dataDir, { recursive: true, force: true })
})

async function askAs(subject: string): Promise<Answer> {
  const token = await tokensOf(dataDir)({ subject, roles: ['MARKET_ANALYST'], purposes: ['MARKET_ANALYSIS'] })
  return ask(url, token, {
    query: '{ customers(first: 1) { nodes { industryCode } } }',
    purpose: 'MARKET_ANALYSIS',
  })
}

const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code as string | undefined

async function policyOf(subject: string): Promise<string> {
  const { rows } = await owner.query('SELECT record FROM gateway.access_record WHERE subject = $1', [subject])
  expect(rows).toHaveLength(1)
  return JSON.parse(String(rows[0].record)).policy
}

/** What the gateway said since; SIGHUP must not end it. */
async function hangUp(answer: RegExp): Promise<string> {
  const before = gateway.output().length
  process.kill(gateway.pid, 'SIGHUP')
  await expect.poll(() => gateway.output().slice(before), { timeout: 20_000 }).toMatch(answer)
  return gateway.output().slice(before)
}

const DECLARED =
  'industryCode: String @purpose(for: [MARKET_ANALYSIS, STATISTICS, MARKETING, LEGAL_OBLIGATION, SUBJECT_ACCESS])'
const WITHDRAWN = DECLARED.replace('MARKET_ANALYSIS, ', '')

test('SIGHUP takes the changed policy over, and a broken one leaves it in force', {
  timeout: 90_000,
}, async () => {
  expect((await askAs('first')).status).toBe(200)
  const first = await policyOf('first')

  await schema.change('customers.graphql', DECLARED, WITHDRAWN)
  await delay(1_500)
  expect((await askAs('unasked')).status, 'nobody has told it to look').toBe(200)
  expect(await policyOf('unasked')).toBe(first)

  const second = /the policy has changed: ([0-9a-f]{64}) is in force/.exec(await hangUp(/is in force/))?.[1]
  expect(second).not.toBe(first)
  expect(codeOf(await askAs('second'))).toBe('FIELD_NOT_PERMITTED')
  expect(await policyOf('second')).toBe(second)
  const { rows } = await owner.query('SELECT text FROM gateway.policy_version WHERE hash = $1', [second])
  expect(JSON.parse(rows[0].text).models.Customer.fields.industryCode.permits).not.toHaveProperty(
    'MARKET_ANALYSIS',
  )

  await schema.change('customers.graphql', WITHDRAWN, DECLARED.replace('MARKETING', 'MARKETIN'))
  expect(await hangUp(/the old one stays in force/)).toMatch(/MUST +PG203/)
  expect(codeOf(await askAs('broken'))).toBe('FIELD_NOT_PERMITTED')
  expect(await policyOf('broken')).toBe(second)

  await schema.change('customers.graphql', 'MARKETIN,', 'MARKETING,')
  await hangUp(/is in force/)
  expect((await askAs('mended')).status).toBe(200)
  expect(await policyOf('mended')).toBe(first)
  expect(await gateway.kill('SIGTERM')).toEqual({ code: 0, signal: null })
})
