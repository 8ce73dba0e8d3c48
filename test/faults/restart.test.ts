import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChangedSchema, changedSchema } from '../changed-schema.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, ask, tokensOf } from '../gateway.ts'
import { schemaReviewedLately } from '../schema-reviewed-lately.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'

/** A gateway that is stopped and started again takes the policy that it has kept, and only if it is the one that is there. */
let database: TestDatabase
let dataDir: string
let schema: ChangedSchema
let gateway: GatewayProcess | undefined
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-restart-'))
  schema = await changedSchema(schemaReviewedLately())
})
afterAll(async () => {
  await gateway?.kill('SIGKILL')
  await database?.drop()
  await schema?.remove()
  await rm(dataDir, { recursive: true, force: true })
})

async function startAndAsk(): Promise<Answer> {
  gateway = spawnGateway({
    env: { DATABASE_URL: database.url, DATA_DIR: dataDir, SCHEMA_DIR: schema.folder },
  })
  const url = await gateway.ready()
  const token = await tokensOf(dataDir)({
    subject: 'ane',
    roles: ['MARKET_ANALYST'],
    purposes: ['MARKET_ANALYSIS'],
  })
  const query = '{ customers(first: 1) { nodes { industryCode } } }'
  const answer = await ask(url, token, { query, purpose: 'MARKET_ANALYSIS' })
  expect(await gateway.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  return answer
}

const DECLARED =
  'industryCode: String @purpose(for: [MARKET_ANALYSIS, STATISTICS, MARKETING, LEGAL_OBLIGATION, SUBJECT_ACCESS])'

test('a start with the policy that was kept serves it; a purpose that was withdrawn meanwhile is withdrawn', {
  timeout: 120_000,
}, async () => {
  const file = join(dataDir, 'compiled-policy')
  const kept = async () => (await stat(file, { bigint: true })).ino
  expect((await startAndAsk()).status).toBe(200)
  const first = await kept()
  expect((await startAndAsk()).status).toBe(200)
  expect(await kept()).toBe(first)

  const before = await readFile(file)
  await schema.change('customers.graphql', DECLARED, DECLARED.replace('MARKET_ANALYSIS, ', ''))
  const refused = await startAndAsk()
  expect(refused.body.errors?.[0]?.extensions.code).toBe('FIELD_NOT_PERMITTED')
  expect(await kept()).not.toBe(first)

  // What was kept of the policy before, put back by somebody who would like to have it.
  await writeFile(file, before)
  expect((await startAndAsk()).body.errors?.[0]?.extensions.code).toBe('FIELD_NOT_PERMITTED')
})
