import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { AUDITOR_GRANTS } from '../../src/audit/grants.ts'
import { connectionUrlOf } from '../../src/database/connection-url.ts'
import { type Databases, type OpenOptions, openDatabases } from '../../src/database/open.ts'
import { openPrisma } from '../../src/database/prisma.ts'
import { readDataModel } from '../../src/database/read-data-model.ts'
import { roleName } from '../../src/database/role-name.ts'
import { runStatement } from '../../src/database/run-statement.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

let policy: Policy
let database: TestDatabase
const opened: { close(): Promise<void> }[] = []

beforeAll(async () => {
  const compiled = compilePolicy(
    await readPolicySources(path('directives'), path('schema')),
    await readDataModel(path('prisma/schema.prisma')),
  )
  if (compiled.policy === undefined) throw new Error(JSON.stringify(compiled.findings))
  policy = compiled.policy
})
beforeEach(async () => {
  database = await createTestDatabase({ template: 'demo' })
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
  await database.drop()
})

async function open(changes: Partial<OpenOptions> = {}): Promise<Databases> {
  const databases = await openDatabases({
    ownerUrl: database.url,
    auditOwnerUrl: database.url,
    policy,
    auditorGrants: AUDITOR_GRANTS,
    gatewayMigrations: path('prisma/gateway/migrations'),
    secret: 'a secret of at least 32 characters!!',
    statementTimeoutMs: 5_000,
    readPoolSize: 2,
    auditDeadlineMs: 5_000,
    auditPoolSize: 2,
    ownDatabase: false,
    patienceMs: 1_000,
    ...changes,
  })
  opened.push(databases)
  return databases
}

async function rows(pool: pg.Pool, text: string): Promise<unknown> {
  const result = await runStatement(pool, { name: text.slice(0, 60), text, values: [] }, undefined)
  return result.kind === 'rows' ? result.rows : result
}
const denied = { kind: 'failed', code: 'INTERNAL_ERROR', sqlState: '42501' }

/** Everything in the catalog that is the adopter's: tables, columns, constraints, indexes, triggers, functions, types. */
async function adopterCatalog(): Promise<unknown> {
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  const { rows: found } = await owner.query(
    `SELECT (SELECT json_agg(json_build_array(c.oid, c.relname, c.relkind, c.relowner, c.relfilenode, c.relchecks, c.relhastriggers) ORDER BY c.oid)
               FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace) AS relations,
            (SELECT json_agg(json_build_array(a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull) ORDER BY a.attrelid, a.attnum)
               FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace) AS columns,
            (SELECT json_agg(n.nspname ORDER BY n.nspname) FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'gateway') AS schemas,
            (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'public'::regnamespace) AS triggers,
            (SELECT json_agg(e.extname) FROM pg_extension e) AS extensions,
            (SELECT d.datacl::text FROM pg_database d WHERE d.datname = current_database()) IS NULL AS default_rights,
            (SELECT count(*) FROM customer) AS customers`,
  )
  await owner.end()
  return found
}

test('opens the demo: the reader reads governed columns only, the auditor the log only', async () => {
  const { reader, auditor } = await open()
  expect(await rows(reader.pool, 'SELECT count("id")::int > 0 FROM "customer"')).toEqual([[true]])
  expect(await rows(reader.pool, 'DELETE FROM "customer"')).toMatchObject({
    kind: 'failed',
    sqlState: '25006',
  })
  expect(await rows(reader.pool, 'SELECT FROM gateway.access_record')).toEqual(denied)
  expect(await rows(reader.pool, 'SELECT FROM "_prisma_migrations"')).toEqual(denied)
  expect(await rows(auditor, 'SELECT size FROM gateway.log_head')).toEqual([['0']])
  expect(await rows(auditor, 'DELETE FROM gateway.access_record')).toEqual(denied)
  expect(await rows(auditor, 'SELECT FROM gateway._prisma_migrations')).toEqual(denied)
  expect(await rows(auditor, 'SELECT FROM public."customer"')).toEqual(denied)
  expect(await rows(auditor, `SELECT current_setting('synchronous_commit')`)).toEqual([['on']])
})

test('no connection of the owner stays open while the gateway serves', async () => {
  const { reader } = await open()
  const text = `SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = current_database()`
  await expect.poll(() => rows(reader.pool, text)).toEqual([[roleName('reader', database.name)]])
})

test('changes nothing in the adopter’s tables', async () => {
  const before = await adopterCatalog()
  await open()
  await open()
  const after = await adopterCatalog()
  expect(after).toEqual([{ ...(before as object[])[0], default_rights: true }])
})

test('many gateways at once', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => open()))
  for (const { reader } of all) expect(await rows(reader.pool, 'SELECT 1')).toEqual([[1]])
})

test('a database of the gateway’s own gives nothing to everybody', async () => {
  const { reader } = await open({ ownDatabase: true })
  await rows(reader.pool, 'SET default_transaction_read_only = off')
  const client = await reader.pool.connect()
  await client.query('SET default_transaction_read_only = off')
  await expect(client.query('CREATE TEMP TABLE t ()')).rejects.toMatchObject({ code: '42501' })
  client.release(true)
})

test('the log may live in another database', async () => {
  const other = await createTestDatabase()
  opened.push({ close: () => other.drop() })
  const { reader, auditor, close } = await open({ auditOwnerUrl: other.url })
  expect(await rows(reader.pool, `SELECT to_regnamespace('gateway')`)).toEqual([[null]])
  expect(await rows(auditor, 'SELECT size FROM gateway.log_head')).toEqual([['0']])
  await close()
  opened.splice(opened.length - 1)
})

test('a policy that governs less leaves the reader less', async () => {
  const { reader } = await open()
  const name = '"name"'
  expect(await rows(reader.pool, `SELECT ${name} IS NOT NULL FROM "customer" LIMIT 1`)).toEqual([[true]])
  const customer = policy.models.get('Customer')
  if (customer === undefined) throw new Error('no Customer')
  const fields = new Map(
    [...customer.fields].filter(([, field]) => field.kind !== 'scalar' || field.column !== 'name'),
  )
  const models = new Map([...policy.models, ['Customer', { ...customer, fields }]])
  await open({ policy: { ...policy, models } })
  expect(await rows(reader.pool, `SELECT ${name} FROM "customer" LIMIT 1`)).toEqual(denied)
})

test('a server that is not there is waited for, then reported by variable and state', async () => {
  const nowhere = new URL(database.url)
  nowhere.port = '1'
  const started = performance.now()
  await expect(open({ ownerUrl: nowhere.href, patienceMs: 500 })).rejects.toThrow(
    'the database of `DATABASE_URL` does not let the gateway in (ECONNREFUSED)',
  )
  expect(performance.now() - started).toBeGreaterThan(400)
  await expect(open({ auditOwnerUrl: connectionUrlOf(database.url, 'nobody', 'wrong') })).rejects.toThrow(
    'the database of `AUDIT_DATABASE_URL` does not let the gateway in (28P01)',
  )
})

test('Prisma works on the same kind of pool', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  const prisma = openPrisma(pool)
  const customer = await prisma.customer.findFirst({ include: { contacts: true } })
  expect(customer?.createdAt).toBeInstanceOf(Date)
  await prisma.$disconnect()
  await pool.end()
})
