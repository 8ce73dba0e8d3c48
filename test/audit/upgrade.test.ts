import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, it } from 'vitest'
import { applyMigrations } from '../../src/database/migrations.ts'
import { createTestDatabase } from '../database.ts'
import { accessOf } from './accesses.ts'
import { logDatabaseOn, prepareLog } from './log-database.ts'
import { treeObjections } from './plain-tree.ts'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/gateway/migrations', import.meta.url))

it('a log that was written without a tree gets one, and goes on where it was', async () => {
  const before = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  await cp(join(MIGRATIONS, '20260101000000_access_log'), join(before, '20260101000000_access_log'), {
    recursive: true,
  })
  const database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await applyMigrations(client, before, { schema: 'gateway' })
  await client.query(`
    BEGIN;
    UPDATE gateway.log_head SET size = 1000;
    INSERT INTO gateway.access_record (index, batch, leaf_hash, record, at, outcome, app)
      SELECT n, CASE WHEN n % 10 = 0 THEN gen_random_uuid() END,
        sha256('\\x00'::bytea || convert_to('{"n":' || n || '}', 'UTF8')), convert_to('{"n":' || n || '}', 'UTF8'),
        now(), 'granted', 'app ' || n
      FROM generate_series(0, 999) AS n;
    COMMIT`)
  const copies = 'SELECT index, batch, record, at, outcome, app FROM gateway.access_record ORDER BY index'
  const { rows: old } = await client.query(copies)

  const auditorUrl = await prepareLog(database.url, database.name)
  expect((await client.query(copies)).rows).toEqual(old)
  expect(await treeObjections(client)).toEqual([])
  await client.end()

  const log = logDatabaseOn(database.url, auditorUrl, () => database.drop())
  const open = log.open()
  const receipts = await Promise.all(Array.from({ length: 300 }, () => open.append(accessOf())))
  expect(Math.min(...receipts.map(([receipt]) => Number(receipt?.index)))).toBe(1_000)
  expect(await treeObjections(log.owner)).toEqual([])
  await log.drop()
  await rm(before, { recursive: true })
})

it('a log that is in use, and read from end to end meanwhile, is brought up to date; nobody gets no answer for it', async () => {
  const before = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  await cp(MIGRATIONS, before, { recursive: true })
  const later = ['20261130000000_records_as_they_are', '20261130000100_head_from_its_end']
  for (const name of later) await rm(join(before, name), { recursive: true })
  const database = await createTestDatabase()
  const auditorUrl = await prepareLog(database.url, database.name, before)
  const log = logDatabaseOn(database.url, auditorUrl, () => database.drop())
  const open = log.open({ deadlineMs: 2_000 })
  await open.append(accessOf())
  // As `audit verify` does: one transaction for all that it reads.
  const reader = await log.owner.connect()
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM gateway.access_record')

  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  const migrated = applyMigrations(owner, MIGRATIONS, { schema: 'gateway' })
  for (const until = performance.now() + 3_000; performance.now() < until; ) {
    expect(await open.append(accessOf())).toHaveLength(1)
    await delay(20)
  }
  await reader.query('COMMIT')
  reader.release()
  expect(await migrated).toEqual(later)
  expect(await open.append(accessOf())).toHaveLength(1)
  expect(await treeObjections(log.owner)).toEqual([])
  await owner.end()
  await log.drop()
  await rm(before, { recursive: true })
})
