import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditUnavailable } from '../../src/audit/access.ts'
import { insertBatch } from '../../src/audit/insert-batch.ts'
import { leafHash } from '../../src/audit/leaf.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'
import { plainLeaf, treeObjections } from './plain-tree.ts'

let database: LogDatabase
beforeAll(async () => {
  database = await createLogDatabase()
})
afterAll(() => database.drop())

describe('four writers on one database', () => {
  it('make one log: contiguous, in order, every leaf hash that of its bytes, every receipt true', async () => {
    const logs = [0, 1, 2, 3].map((n) => database.open({ instance: `gateway-${n}` }))
    const receipts = await Promise.all(
      logs.flatMap((log, n) =>
        Array.from({ length: 500 }, (_, i) =>
          log.append(
            accessOf({ justification: `${n}/${i}`, subjects: [{ model: 'Customer', key: String(i % 90) }] }),
          ),
        ),
      ),
    )
    const rows = await database.rows()
    expect(rows.map((row) => row.index)).toEqual(rows.map((_, i) => String(i)))
    expect(await treeObjections(database.owner)).toEqual([])
    const head = await database.owner.query('SELECT size FROM gateway.log_head')
    expect(head.rows).toEqual([{ size: String(rows.length) }])

    const indices = receipts.map(([receipt]) => Number(receipt?.index))
    expect(new Set(indices).size).toBe(2_000)
    receipts.forEach(([receipt], i) => {
      const row = rows[Number(receipt?.index)]
      expect(row && plainLeaf(row.record)).toEqual(receipt?.leafHash)
      expect(JSON.parse(row?.record.toString() ?? '').justification).toBe(`${Math.floor(i / 500)}/${i % 500}`)
    })
    for (const n of [0, 1, 2, 3]) {
      const own = indices.slice(n * 500, n * 500 + 500)
      expect(own).toEqual([...own].sort((a, b) => a - b))
    }
    const batches = rows.filter((row) => row.batch !== null).length
    expect(batches).toBeGreaterThanOrEqual(8)
    expect(batches).toBeLessThan(200)
    // One subject, one commitment, whoever wrote it.
    const commitments = new Set(rows.flatMap((row) => JSON.parse(row.record.toString()).subjects))
    expect(commitments.size).toBe(90)
  })
})

describe('one record', () => {
  it('has its search columns copied from the record', async () => {
    const [receipt] = await database.open().append(accessOf({ purpose: 'A\u0000B', principal: undefined }))
    const row = (await database.rows())[Number(receipt?.index)]
    expect(row).toMatchObject({ outcome: 'granted', purpose: 'A\uFFFDB', subject: null, app: null })
    expect(row?.at).toEqual(new Date('2026-11-22T09:30:00.125Z'))
    expect(JSON.parse(row?.record.toString() ?? '').purpose).toBe('A\u0000B')
  })

  it('of 5,000 data subjects is split, and its parts stand together', async () => {
    const log = database.open()
    const subjects = Array.from({ length: 5_000 }, (_, i) => ({ model: 'Customer', key: `split-${i}` }))
    const all = await Promise.all([
      log.append(accessOf()),
      log.append(accessOf({ subjects })),
      log.append(accessOf()),
    ])
    const receipts = all[1]
    expect(receipts.length).toBe(4)
    const first = Number(receipts[0]?.index)
    expect(receipts.map((receipt) => Number(receipt.index))).toEqual([0, 1, 2, 3].map((i) => first + i))
    const rows = await database.rows()
    const values = receipts.map((receipt) => JSON.parse(rows[Number(receipt.index)]?.record.toString() ?? ''))
    expect(new Set(values.flatMap((value) => value.subjects)).size).toBe(5_000)
    for (const receipt of receipts) {
      const row = rows[Number(receipt.index)]
      expect(leafHash(row?.record ?? Buffer.alloc(0))).toEqual(receipt.leafHash)
    }
  })

  it('is never left behind when a batch has more records than one commit takes', async () => {
    const log = database.open()
    const subjects = Array.from({ length: 1_500 }, (_, i) => ({ model: 'Customer', key: `split-${i}` }))
    const pending = Array.from({ length: 300 }, (_, i) =>
      log.append(accessOf({ justification: `${i}`, subjects })),
    )
    const indices = (await Promise.all(pending)).flat().map((receipt) => Number(receipt.index))
    expect(indices).toEqual(Array.from({ length: 600 }, (_, i) => Number(indices[0]) + i))
  })

  it('that cannot be made is refused, and takes no other with it', async () => {
    const log = database.open()
    const subjects = [{ model: 'Customer', key: 'never seen before' }]
    const [bad, badLater, good] = await Promise.allSettled([
      log.append(accessOf({ justification: '\ud800' })),
      log.append(accessOf({ justification: '\ud800', subjects })),
      log.append(accessOf()),
    ])
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(AuditUnavailable) })
    expect(badLater).toMatchObject({ status: 'rejected', reason: expect.any(AuditUnavailable) })
    expect(good?.status).toBe('fulfilled')
    expect(log.accepts()).toBe(true)
  })
})

describe('durability', () => {
  it('is set on the session whatever the role says', async () => {
    const user = decodeURIComponent(new URL(database.auditorUrl).username)
    await database.owner.query(`ALTER ROLE "${user}" SET synchronous_commit = off`)
    try {
      const probe = new pg.Client({ connectionString: database.auditorUrl })
      await probe.connect()
      expect((await probe.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }])
      await probe.end()
      await expect(database.open().append(accessOf())).resolves.toHaveLength(1)
    } finally {
      await database.owner.query(`ALTER ROLE "${user}" RESET synchronous_commit`)
    }
  })

  it('fails closed where the setting was lost, as behind a pooler', async () => {
    const client = new pg.Client({ connectionString: database.auditorUrl })
    await client.connect()
    const before = (await database.rows()).length
    const bytes = Buffer.from('{}')
    const record = {
      bytes,
      leafHash: leafHash(bytes),
      at: 0,
      outcome: 'granted',
      purpose: undefined,
      subject: undefined,
      app: undefined,
    } as const
    const session = {
      query: (query: pg.QueryConfig) => client.query(query),
      alive: true,
      release: () => undefined,
      destroy: () => undefined,
    }
    for (const level of ['off', 'local', 'remote_write']) {
      await client.query(`SET synchronous_commit = ${level}`)
      const batch = { id: '01939f2e-7d3d-7cc0-8f6e-3f1a8b0c9d21', records: [record] }
      await expect(insertBatch(session, batch)).rejects.toThrow('synchronously')
    }
    expect(await database.rows()).toHaveLength(before)
    await client.end()
  })
})

describe('a session that began when the log was empty', () => {
  it('reads no table from end to end when it is long', async () => {
    const fresh = await createLogDatabase()
    const pool = new pg.Pool({ connectionString: fresh.auditorUrl, max: 2 })
    const log = fresh.open({ pool })
    for (let i = 0; i < 300; i++)
      await Promise.all(
        Array.from({ length: 10 }, (_, j) =>
          log.append(accessOf({ subjects: [{ model: 'Customer', key: `${i}/${j}` }] })),
        ),
      )
    await log.close()
    // A session hands in its statistics when it ends.
    await pool.end()
    const count = () =>
      fresh.owner.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename LIKE $1', [
        `auditor_of_${new URL(fresh.auditorUrl).pathname.slice(1)}`,
      ])
    await expect.poll(async () => (await count()).rows[0].n, { timeout: 5_000 }).toBe(0)
    const stats = await fresh.owner.query<{ relname: string; read: string }>(
      `SELECT relname, seq_tup_read AS read FROM pg_stat_user_tables
       WHERE schemaname = 'gateway' AND relname IN ('access_record', 'subject_salt') ORDER BY 1`,
    )
    await fresh.drop()
    expect(stats.rows.map(({ relname }) => relname)).toEqual(['access_record', 'subject_salt'])
    for (const { read } of stats.rows) expect(Number(read)).toBeLessThan(1_000)
  })
})

describe('registerPolicy', () => {
  it('stores the text once, and no text under a wrong hash', async () => {
    const log = database.open()
    const text = '{"purposes":{"ÆØÅ":1}}'
    const hash = createHash('sha256').update(text).digest('hex')
    await Promise.all([log.registerPolicy(hash, text), log.registerPolicy(hash, text)])
    const stored = await database.owner.query('SELECT hash, text FROM gateway.policy_version')
    expect(stored.rows).toEqual([{ hash, text }])
    await expect(log.registerPolicy(hash, `${text} `)).rejects.toThrow('invariant')
    await expect(
      database.owner.query('INSERT INTO gateway.policy_version (hash, text) VALUES ($1, $2)', ['00', text]),
    ).rejects.toThrow('policy_version_hash_of_text')
  })
})

describe('close', () => {
  it('waits for what is queued, refuses what comes after, and lets the pool end', async () => {
    const pool = new pg.Pool({ connectionString: database.auditorUrl, max: 2 })
    const log = database.open({ pool })
    expect(await log.ping()).toBe(true)
    const queued = [log.append(accessOf()), log.append(accessOf())]
    const closing = log.close()
    expect(log.accepts()).toBe(false)
    await expect(log.append(accessOf())).rejects.toBeInstanceOf(AuditUnavailable)
    await closing
    expect((await Promise.allSettled(queued)).map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
    ])
    expect(log.queueDepth).toBe(0)
    expect(pool.idleCount).toBe(pool.totalCount)
  })
})
