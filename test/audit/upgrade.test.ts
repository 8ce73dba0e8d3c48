import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
