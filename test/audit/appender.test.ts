import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAppender } from '../../src/audit/appender.ts'
import type { Batch } from '../../src/audit/batch.ts'
import { leafHash } from '../../src/audit/leaf.ts'
import { recordId } from '../../src/audit/record-id.ts'
import { openSession, type Session } from '../../src/audit/session.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'
import { treeObjections } from './plain-tree.ts'

let database: LogDatabase
let pool: pg.Pool
const sessions: Session[] = []

beforeEach(async () => {
  database = await createLogDatabase()
  pool = new pg.Pool({ connectionString: database.auditorUrl, max: 4 })
  await database.owner.query(`SELECT gateway.begin_origin('a.example/log', 'key of a')`)
})
afterEach(async () => {
  for (const session of sessions.splice(0)) session.release()
  await pool.end()
  await database.drop()
})

/** A gateway's writer, and the names of the statements that it sent. */
async function openWriter() {
  const session = await openSession(pool, 5_000)
  sessions.push(session)
  const sent: (string | undefined)[] = []
  const watched: Session = {
    ...session,
    query: (query) => {
      sent.push(query.name)
      return session.query(query)
    },
  }
  const appender = createAppender()
  return {
    session,
    sent,
    async append(records: number) {
      const { index, origin } = await appender.append(watched, batchOf(records))
      return { index: Number(index), origin }
    },
  }
}

function batchOf(records: number): Batch {
  return {
    id: recordId(),
    records: Array.from({ length: records }, () => {
      const bytes = Buffer.from(`{"x":"${randomBytes(8).toString('hex')}"}`)
      const columns = { at: 0, outcome: 'granted', purpose: 'P', subject: undefined, app: undefined } as const
      return { bytes, leafHash: leafHash(bytes), ...columns }
    }),
  }
}

it('folds by itself while nobody else appends, and lets the server fold where a kept node becomes complete', async () => {
  const writer = await openWriter()
  let index = 0
  for (const records of [1, 2, 7, 30, 100, 115, 1, 3, 250, 6, 4]) {
    expect(await writer.append(records)).toEqual({ index, origin: 'a.example/log' })
    index += records
  }
  // 1 and 2: whether it is alone is not known yet. 115 makes 255; the 1 behind it just fills the first node, 6 passes over the
  // end of the second.
  const byServer = [1, 2, 1, 6].length
  expect(writer.sent.filter((name) => name === 'audit_commit')).toHaveLength(byServer)
  expect(writer.sent.filter((name) => name === 'audit_extend')).toHaveLength(11 - byServer)
  expect(await treeObjections(database.owner)).toEqual([])
})

it('two that take turns make one log, and each learns that it is not alone', async () => {
  const [a, b] = [await openWriter(), await openWriter()]
  let index = 0
  for (let turn = 0; turn < 40; turn++) {
    const writer = turn % 7 < 4 ? a : b
    expect(await writer.append(1 + (turn % 3))).toEqual({ index, origin: 'a.example/log' })
    index += 1 + (turn % 3)
  }
  expect(await treeObjections(database.owner)).toEqual([])
  for (const { sent } of [a, b]) {
    expect(sent).toContain('audit_commit')
    expect(sent).toContain('audit_extend')
  }
})

it('two at once make one log', async () => {
  const writers = [await openWriter(), await openWriter()]
  const indices = await Promise.all(
    writers.map(async (writer) => {
      const own: number[] = []
      for (let i = 0; i < 150; i++) own.push((await writer.append(1)).index)
      return own
    }),
  )
  expect(indices.flat().sort((x, y) => x - y)).toEqual(Array.from({ length: 300 }, (_, i) => i))
  expect(await treeObjections(database.owner)).toEqual([])
})

it('follows a new origin', async () => {
  const writer = await openWriter()
  for (let i = 0; i < 4; i++) await writer.append(3)
  // It would demand a final checkpoint, which is no matter of the appender's.
  await database.owner.query('ALTER TABLE gateway.log_head DISABLE TRIGGER USER')
  await database.owner.query(`SELECT gateway.begin_origin('b.example/log', 'key of b')`)
  await database.owner.query('ALTER TABLE gateway.log_head ENABLE TRIGGER USER')
  for (let i = 0; i < 4; i++)
    expect(await writer.append(2)).toEqual({ index: i * 2, origin: 'b.example/log' })
  const { rows } = await database.owner.query(
    'SELECT size::int, first_index::int, origin FROM gateway.log_head',
  )
  expect(rows).toEqual([{ size: 20, first_index: 12, origin: 2 }])
})

it('appends nothing where a commit would not be durable', async () => {
  const writer = await openWriter()
  for (let i = 0; i < 3; i++) await writer.append(1)
  await writer.session.query({ text: 'SET synchronous_commit = off' })
  await expect(writer.append(1)).rejects.toThrow('synchronously')
  expect(await database.rows()).toHaveLength(3)
  await writer.session.query({ text: 'SET synchronous_commit = on' })
  expect(await writer.append(1)).toEqual({ index: 3, origin: 'a.example/log' })
})

it('a batch that is in the log already is not appended again', async () => {
  const { session } = await openWriter()
  const appender = createAppender()
  const batch = batchOf(2)
  for (let i = 0; i < 2; i++) await appender.append(session, batchOf(1))
  await appender.append(session, batch)
  await expect(appender.append(session, batch)).rejects.toMatchObject({ code: '23505' })
  await expect(appender.append(session, batch)).rejects.toMatchObject({ code: '23505' })
  expect(await database.rows()).toHaveLength(4)
  expect(await treeObjections(database.owner)).toEqual([])
})
