import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { signDevelopmentToken } from '../../src/identity/development-issuer.ts'
import { openDevelopmentKey } from '../../src/identity/development-key.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { type BadInput, SECRET } from './bad-inputs/bad-input.ts'
import { BAD_DOCUMENTS } from './bad-inputs/documents.ts'
import { BAD_HTTP } from './bad-inputs/http.ts'
import { BAD_IDENTITY } from './bad-inputs/identity.ts'
import { BAD_LIMITS } from './bad-inputs/limits.ts'
import { BAD_VALUES } from './bad-inputs/values.ts'
import { expectErrorAnswer } from './error-answer.ts'
import { logSize, recordsFrom } from './records.ts'
import { send } from './send.ts'

const BAD_INPUTS = [...BAD_HTTP, ...BAD_IDENTITY, ...BAD_DOCUMENTS, ...BAD_LIMITS, ...BAD_VALUES]

let database: TestDatabase
let gateway: TestGateway
let owner: pg.Pool
let otherIssuer: string

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url })
  owner = new pg.Pool({ connectionString: database.url })
  otherIssuer = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
})
afterAll(async () => {
  await owner?.end()
  await gateway?.close()
  await database?.drop()
  if (otherIssuer) await rm(otherIssuer, { recursive: true, force: true })
})

async function tokenFor(input: BadInput): Promise<string> {
  const opened = await openDevelopmentKey(input.token === 'other-key' ? otherIssuer : gateway.config.dataDir)
  if (opened.kind === 'unusable') throw new Error(opened.message)
  return signDevelopmentToken(opened.key, {
    subject: 'ane',
    app: 'invoicing',
    roles: input.token === 'no-role' ? ['SUPPORT_AGENT'] : ['BILLING_CLERK', 'CUSTOMER'],
    purposes: input.token === 'no-grant' ? ['SUPPORT'] : ['BILLING', 'SUPPORT', 'SUBJECT_ACCESS'],
    ttlSeconds: 60,
    now: Date.now() - (input.token === 'expired' ? 3_600_000 : 0),
  })
}

it.each(BAD_INPUTS)('answers $name by $code', async (input) => {
  const token = await tokenFor(input)
  const before = await logSize(owner)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-purpose': 'BILLING',
    ...input.headers,
  }
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  const body = input.body ?? (input.json === undefined ? undefined : JSON.stringify(input.json))
  const received = await send(gateway.url, {
    ...(input.method !== undefined && { method: input.method }),
    ...(input.search !== undefined && { search: input.search }),
    headers: Object.fromEntries(given) as Record<string, string>,
    ...(body !== undefined && { body }),
  })
  const secrets = [SECRET, token, token.split('.')[1] ?? '', new URL(database.url).port]
  const [told] = expectErrorAnswer(received, input.code, secrets)
  expect(told?.message).toBe(input.says)

  const records = await recordsFrom(owner, before)
  const { outcome = 'failed' } = input
  expect(records.map(({ access }) => access.outcome)).toEqual(outcome === 'none' ? [] : [outcome])
  for (const { access, text } of records) {
    const known = !['UNAUTHENTICATED', 'TOKEN_EXPIRED'].includes(input.code)
    expect(access.principal?.subject).toBe(known ? 'ane' : undefined)
    expect(Object.values(access.blocked ?? {})).toEqual([input.code])
    expect(access).not.toHaveProperty('rows')
    expect(access).not.toHaveProperty('subjects')
    expect(text).not.toContain(SECRET)
  }
})

it('has every error of the table, but for those that take more than bad input', () => {
  const missing = Object.keys(ERRORS).filter((code) => !BAD_INPUTS.some((input) => input.code === code))
  // broken-parts.test.ts has these.
  expect(missing).toEqual([
    'REQUEST_CANCELLED',
    'INTERNAL_ERROR',
    'DATABASE_UNAVAILABLE',
    'STATEMENT_TIMEOUT',
    'AUDIT_UNAVAILABLE',
  ])
})
