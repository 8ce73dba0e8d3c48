import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain } from '../src/cli/explanation.ts'
import { formatExplanation } from '../src/cli/format-explanation.ts'
import { loadPolicy } from '../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../src/package-root.ts'
import type { Policy } from '../src/policy/policy.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

/**
 * Each folder of test/cases/operations is one request: `operation.graphql` and `request.json` go in; `decision.txt` (what
 * is read in which form, what is blocked and why, the SQL), `answer.json` and `record.json` are what must come out, on
 * the demo policy and 60 demo customers. `UPDATE_CASES=1` writes what came out, for a person to read before it is committed.
 */
const CASES = join(PACKAGE_ROOT, 'test', 'cases', 'operations')
const UPDATE = process.env.UPDATE_CASES === '1'

interface Request {
  readonly purpose?: string
  readonly onDenied?: 'reject' | 'prune'
  readonly variables?: Readonly<Record<string, unknown>>
  /** Whom the token stands for, and what else it claims. */
  readonly dataSubject?: string
  readonly claims?: Readonly<Record<string, string>>
}

let database: TestDatabase
let gateway: TestGateway
let log: pg.Client
let policy: Policy

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({
    databaseUrl: database.url,
    env: { GATEWAY_SECRET: 'the secret of the golden cases, 32+', PSEUDONYM_PERIOD: 'none' },
  })
  log = new pg.Client({ connectionString: database.url })
  await log.connect()
  const compiled = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  if (!compiled.policy) throw new Error('the demo policy compiles')
  policy = compiled.policy
})
afterAll(async () => {
  await log?.end()
  await gateway?.close()
  await database?.drop()
})

const names = (await readdir(CASES)).sort()

describe.each(names)('%s', (name) => {
  test('is decided, answered and recorded as the case says', async () => {
    const query = await readFile(join(CASES, name, 'operation.graphql'), 'utf8')
    const request = JSON.parse(await readFile(join(CASES, name, 'request.json'), 'utf8')) as Request
    const { purpose, onDenied = 'reject', variables = {}, dataSubject, claims = {} } = request

    const explanation = explain(policy, gateway.config.limits, {
      document: query,
      operationName: undefined,
      variables,
      purpose,
      onDenied,
    })
    await matches(name, 'decision.txt', `${formatExplanation(explanation).join('\n')}\n`)

    const roles = [...policy.purposes.values()].flatMap((known) => known.roles)
    const purposes = [...policy.purposes.keys()]
    const answer = await gateway.ask(
      { subject: name, roles, purposes, dataSubject, claims },
      { query, variables, ...(purpose && { purpose }), headers: { 'x-on-denied': onDenied } },
    )
    await matches(
      name,
      'answer.json',
      `${JSON.stringify({ status: answer.status, ...answer.body }, null, 2)}\n`,
    )
    await matches(name, 'record.json', `${JSON.stringify(await recordOf(name), null, 2)}\n`)
  })
})

/** The one record of a case, without what differs from run to run. */
async function recordOf(subject: string): Promise<object> {
  const { rows } = await log.query<{ record: Buffer }>(
    'SELECT record FROM gateway.access_record WHERE subject = $1',
    [subject],
  )
  expect(rows).toHaveLength(1)
  const { at, id, instance, policy: hash, subjects, ...record } = JSON.parse(String(rows[0]?.record))
  expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(instance).toContain(String(process.pid))
  expect(hash).toBe(policy.hash)
  const { roles: _, ...principal } = record.principal
  return { ...record, principal, subjects: subjects === undefined ? 0 : subjects.length }
}

async function matches(name: string, file: string, actual: string): Promise<void> {
  const path = join(CASES, name, file)
  if (UPDATE || !existsSync(path)) {
    if (!UPDATE) throw new Error(`${path} is missing; run with UPDATE_CASES=1 and read what it writes`)
    await writeFile(path, actual)
  }
  expect(actual).toBe(await readFile(path, 'utf8'))
}
