import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyMigrations } from '../../src/database/migrations.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
let folder: string
let clients: pg.Client[]

beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  clients = []
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
  await database.drop()
  await rm(folder, { recursive: true })
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  clients.push(client)
  return client
}

async function migration(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), script)
}

async function apply(schema = 'public'): Promise<readonly string[]> {
  return applyMigrations(await connect(), folder, { schema })
}

async function rows(text: string): Promise<unknown[][]> {
  const result = await (await connect()).query<unknown[]>({ text, rowMode: 'array' })
  return result.rows
}

test('applies in order of name, once, and records it as Prisma does', async () => {
  await migration('2_second', 'ALTER TABLE "a" ADD COLUMN "y" text;')
  await migration('1_first', 'CREATE TABLE "a" ("x" int);\n')
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n')

  expect(await apply('Odd Schema')).toEqual(['1_first', '2_second'])
  expect(await apply('Odd Schema')).toEqual([])

  expect(
    await rows(
      "SELECT column_name FROM information_schema.columns WHERE table_schema = 'Odd Schema' AND table_name = 'a' ORDER BY 1",
    ),
  ).toEqual([['x'], ['y']])
  const recorded = await rows(
    `SELECT migration_name, checksum, length(id), applied_steps_count, finished_at >= started_at, logs, rolled_back_at
       FROM "Odd Schema"._prisma_migrations ORDER BY 1`,
  )
  expect(recorded.map((row) => row[0])).toEqual(['1_first', '2_second'])
  // As `sha256sum` says of the first file.
  const checksum = '159c57334d9df161597d3c2ef05d26753d2daf9499379f65b29b92f111110dc1'
  expect(recorded[0]?.slice(1)).toEqual([checksum, 36, 1, true, null, null])
})

test('takes turns: eight processes at once apply each migration once', async () => {
  await migration('1_slow', 'SELECT pg_sleep(0.2); CREATE TABLE "a" ("x" int);')
  await migration('2_next', 'CREATE TABLE "b" ("x" int);')
  const applied = await Promise.all(Array.from({ length: 8 }, () => apply()))
  expect(applied.flat().sort()).toEqual(['1_slow', '2_next'])
})

test('says who holds the lock rather than waiting for ever', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await (await connect()).query('SELECT pg_advisory_lock(72707369)')
  await expect(
    applyMigrations(await connect(), folder, { schema: 'public', lockTimeoutMs: 100 }),
  ).rejects.toThrow('another process holds the migration lock')
})

/** A session that reads the table and does not end, as a long export does. @returns what ends it */
async function readOn(table: string): Promise<() => Promise<unknown>> {
  const reader = await connect()
  await reader.query(`BEGIN; SELECT FROM "${table}"`)
  return () => reader.query('COMMIT')
}

test('a table that is read for long is changed when it is free, and until then nobody waits for long', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await apply()
  await migration('2', 'CREATE TABLE "b" ("x" int); ALTER TABLE "a" ADD COLUMN "y" int;')
  const readToItsEnd = await readOn('a')
  const applied = apply()
  const writer = await connect()
  const waits: number[] = []
  for (let i = 0; i < 60; i++) {
    const since = performance.now()
    await writer.query('INSERT INTO "a" ("x") VALUES (1)')
    waits.push(performance.now() - since)
    await delay(50)
  }
  expect(Math.max(...waits)).toBeLessThan(1_500)
  expect(await rows(`SELECT to_regclass('b')`)).toEqual([[null]])
  await readToItsEnd()
  expect(await applied).toEqual(['2'])
  expect(await rows('SELECT count(*)::int, count("y")::int FROM "a"')).toEqual([[60, 0]])
})

test('a table that is never free is left as it was, and whoever starts is told why', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await apply()
  await migration('2', 'CREATE TABLE "b" ("x" int); ALTER TABLE "a" ADD COLUMN "y" int;')
  const readToItsEnd = await readOn('a')
  await expect(
    applyMigrations(await connect(), folder, { schema: 'public', lockTimeoutMs: 100 }),
  ).rejects.toThrow(
    'migration `2` changes a table that another session uses, for example `audit verify` or a backup; nothing was changed, try again when it has ended',
  )
  expect(await rows('SELECT migration_name FROM _prisma_migrations')).toEqual([['1']])
  await readToItsEnd()
  expect(await apply()).toEqual(['2'])
})

test('refuses a migration that was edited afterwards, but not other line endings', async () => {
  await migration('1', 'CREATE TABLE "a" (\n"x" int);\n')
  await apply()
  await migration('1', 'CREATE TABLE "a" (\r\n"x" int);\r\n')
  expect(await apply()).toEqual([])
  await migration('1', 'CREATE TABLE "a" (\n"x" bigint);\n')
  await migration('2', 'CREATE TABLE "b" ("x" int);')
  await expect(apply()).rejects.toThrow('migration `1` was edited after it had been applied')
  expect(await rows("SELECT to_regclass('b')")).toEqual([[null]])
})

test('a failing migration leaves nothing, names state and line but no value, and is tried again', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await migration(
    '2',
    `CREATE TABLE "b" ("x" int);\nINSERT INTO "b" VALUES (1);\nINSERT INTO "nowhere" VALUES ('secret');`,
  )
  const error = await apply().catch((thrown: unknown) => thrown)
  expect(String(error)).toBe('MigrationRefused: migration `2` failed with SQLSTATE 42P01, line 3')
  expect(await rows("SELECT to_regclass('a')::text, to_regclass('b')")).toEqual([['a', null]])

  await migration('2', 'CREATE TABLE "b" ("x" int);')
  expect(await apply()).toEqual(['2'])
})

test('runs outside a transaction what PostgreSQL refuses in one', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await migration('2', 'CREATE INDEX CONCURRENTLY "a_x" ON "a" ("x");')
  expect(await apply()).toEqual(['1', '2'])
  expect(await rows("SELECT to_regclass('a_x')::text")).toEqual([['a_x']])
})

test('refuses to go on where a migration that cannot be undone has failed half-way', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int); COMMIT; CREATE TABLE "a" ("y" int);')
  await expect(apply()).rejects.toThrow('migration `1` failed with SQLSTATE 42P07')
  await expect(apply()).rejects.toThrow('migration `1` was started and did not finish')
  await rows('UPDATE _prisma_migrations SET rolled_back_at = now()')
  await rows('DROP TABLE "a"')
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  expect(await apply()).toEqual(['1'])
})

test('notes what a newer version has applied', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await apply()
  await rm(join(folder, '1'), { recursive: true })
  const notes: string[] = []
  await applyMigrations(await connect(), folder, { schema: 'public', note: (message) => notes.push(message) })
  expect(notes).toEqual(['the database has migration `1`, which this version does not know'])
})

test('a migration that sets the search path does not lead the next ones astray', async () => {
  await migration(
    '1',
    `SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE "public"."a" ("x" int);`,
  )
  await migration('2', 'CREATE TABLE "b" ("x" int);')
  await apply()
  expect(await rows("SELECT to_regclass('public.b')::text")).toEqual([['b']])
})

test('killed in the middle: nothing of the migration stays, and the next start applies it', async () => {
  await migration('1', 'CREATE TABLE "a" ("x" int);')
  await migration('2', 'CREATE TABLE "b" ("x" int); SELECT pg_sleep(1); CREATE TABLE "c" ("x" int);')
  const script = fileURLToPath(new URL('./migrate-and-be-killed.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, database.url, folder], {
    stdio: 'inherit',
  })
  const asleep = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(1)%' AND state = 'active' AND pid <> pg_backend_pid()`
  await expect.poll(async () => rows(asleep), { timeout: 10_000 }).toEqual([[1]])
  child.kill('SIGKILL')
  await once(child, 'exit')

  expect(await rows("SELECT to_regclass('b')")).toEqual([[null]])
  expect(await apply()).toEqual(['2'])
  expect(await rows('SELECT count(*)::int FROM _prisma_migrations')).toEqual([[2]])
})
