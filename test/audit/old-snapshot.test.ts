import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccessLog } from '../../src/audit/access.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'
import { treeObjections } from './plain-tree.ts'

let database: LogDatabase
beforeAll(async () => {
  database = await createLogDatabase()
  // From then on a gateway that is alone folds by itself.
  await database.owner.query(`SELECT gateway.begin_origin('a.example/log', 'key of a')`)
})
afterAll(() => database.drop())

const COMMITS = 2_000

/** Blocks of the head and of its index that were looked at so far. */
async function blocksOfHead(logs: readonly AccessLog[]): Promise<number> {
  // A session tells its counts at the end of a transaction, once a second.
  await delay(1_200)
  for (const log of logs) await log.append(accessOf())
  const { rows } = await database.owner.query<{ blocks: number }>(
    `SELECT (heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int AS blocks
     FROM pg_statio_all_tables WHERE relid = 'gateway.log_head'::regclass`,
  )
  return rows[0]?.blocks ?? Number.NaN
}

/** Of one commit, when `logs` take turns. */
async function blocksOfCommit(logs: readonly AccessLog[]): Promise<number> {
  const before = await blocksOfHead(logs)
  for (let i = 0; i < 100; i++) await logs[i % logs.length]?.append(accessOf())
  return ((await blocksOfHead(logs)) - before) / (100 + logs.length)
}

test('a commit costs no more when an older transaction keeps all versions of the head, from one gateway or several', async () => {
  const [one, other] = [database.open(), database.open()]
  await one.append(accessOf())
  const reader = await database.owner.connect()
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM gateway.access_record')
  try {
    for (let i = 0; i < COMMITS; i++) await one.append(accessOf())
    const { rows } = await database.owner.query(
      `SELECT pg_relation_size('gateway.log_head')::int / 8192 AS pages`,
    )
    expect(rows[0].pages).toBeGreaterThan(45)
    expect(await blocksOfCommit([one])).toBeLessThan(30)
    expect(await blocksOfCommit([one, other])).toBeLessThan(30)
  } finally {
    await reader.query('COMMIT')
    reader.release()
  }
  expect(await treeObjections(database.owner)).toEqual([])
})
