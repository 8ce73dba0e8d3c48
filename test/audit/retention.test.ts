import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eraseSubject } from '../../src/audit/erase-subject.ts'
import { newSigner } from '../../src/audit/note/note-key.ts'
import { type PruneOptions, pruneLog } from '../../src/audit/prune-log.ts'
import { openSession, type Session } from '../../src/audit/session.ts'
import { startCheckpointer } from '../../src/audit/signing/checkpointer.ts'
import { openTileStore } from '../../src/audit/tile-store.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'
import { plainLeaf, treeObjections } from './plain-tree.ts'

let database: LogDatabase
let session: Session
beforeEach(async () => {
  database = await createLogDatabase()
  session = await openSession(database.owner, 5_000)
})
afterEach(async () => {
  session.release()
  await database.drop()
})

const by = { subject: 'root', app: 'test' }
const fixed = { by, instance: 'test', justification: 'because' }

async function sign(): Promise<void> {
  const pool = new pg.Pool({ connectionString: database.auditorUrl, max: 3 })
  const signers = [newSigner('test.example/log', Buffer.alloc(32, 7))] as const
  const note = (message: string) => expect(message).toBeUndefined()
  const checkpointer = await startCheckpointer({
    pool,
    signers,
    instance: 'test',
    stepMs: 2_000,
    now: Date.now,
    note,
  })
  await checkpointer.close()
  await pool.end()
}

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 24)
const writeAged = async (count: number, days: number) => {
  const log = database.open()
  await Promise.all(Array.from({ length: count }, () => log.append(accessOf({ at: NOW - days * DAY }))))
}
const prune = (before: PruneOptions['before'], retentionDays: number) =>
  pruneLog(session, { ...fixed, before, retentionDays, now: NOW })

it('erases: the commitment is on record, the key is not, and nothing else of the log changes', async () => {
  const subject = { model: 'Customer', key: '1017' }
  const log = database.open()
  await log.append(accessOf({ subjects: [subject, { model: 'Customer', key: '1018' }] }))
  const before = await database.rows()
  expect(await eraseSubject(session, { ...fixed, subject, at: NOW })).toBe(1n)
  const rows = await database.rows()
  expect(rows.slice(0, 1)).toEqual(before)
  const text = rows[1]?.record.toString() ?? ''
  expect(JSON.parse(text)).toMatchObject({ action: { kind: 'erasure', salts: 1 }, outcome: 'granted' })
  expect(JSON.parse(before[0]?.record.toString() ?? '').subjects).toContain(JSON.parse(text).subjects[0])
  expect(text).not.toMatch(/\b1017\b/)
  const salts = await database.owner.query('SELECT key FROM gateway.subject_salt')
  expect(salts.rows).toEqual([{ key: '1018' }])
  expect(await treeObjections(database.owner)).toEqual([])
  expect(await eraseSubject(session, { ...fixed, subject, at: NOW })).toBeUndefined()
  expect(await database.rows()).toHaveLength(2)
})

it('prunes whole blocks under a checkpoint, keeps their leaf hashes, and is on record', async () => {
  await writeAged(600, 100)
  await writeAged(100, 1)
  await sign()
  const leaves = (await database.rows()).map(({ record }) => plainLeaf(record))
  expect(await prune({ kind: 'size', size: 700 }, 30)).toEqual({ deleted: 512, before: 512 })
  const rows = await database.rows()
  expect(rows.map(({ index }) => Number(index))).toEqual(Array.from({ length: 189 }, (_, i) => 512 + i))
  expect(JSON.parse(rows.at(-1)?.record.toString() ?? '').action).toMatchObject({
    kind: 'pruning',
    before: 512,
  })
  const store = openTileStore(database.owner, { number: 1, firstIndex: 0 })
  expect(await store.hashes(0, 1, 256)).toEqual(Buffer.concat(leaves.slice(256, 512)))
  expect(await store.entries(1, 256)).toBeUndefined()
  // And the log goes on, and is signed.
  await writeAged(10, 1)
  await sign()
  const { rows: checkpoints } = await database.owner.query(
    'SELECT size::int FROM gateway.checkpoint ORDER BY 1',
  )
  expect(checkpoints.map(({ size }) => size)).toEqual([700, 711])
})

it.each<[string, PruneOptions['before'], number]>([
  ['what is too young', { kind: 'size', size: 600 }, 200],
  ['less than a block', { kind: 'size', size: 255 }, 30],
  ['what is older than the date allows', { kind: 'date', at: NOW - 150 * DAY }, 30],
])('does not prune %s', async (_, before, days) => {
  await writeAged(600, 100)
  await sign()
  expect(await prune(before, days)).toBeUndefined()
  expect(await database.rows()).toHaveLength(600)
})

it('does not prune what no checkpoint covers, and lets nobody delete beyond the line', async () => {
  await writeAged(300, 100)
  expect(await prune({ kind: 'size', size: 300 }, 30)).toBeUndefined()
  await sign()
  await expect(
    database.owner.query(`INSERT INTO gateway.log_pruned (before, policy) VALUES (300, '')`),
  ).rejects.toThrow('no checkpoint covers')
  expect(await prune({ kind: 'size', size: 300 }, 30)).toEqual({ deleted: 256, before: 256 })
  await expect(database.owner.query('DELETE FROM gateway.access_record WHERE index = 256')).rejects.toThrow(
    'append-only',
  )
})
