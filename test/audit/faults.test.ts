import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Access, type AccessLog, AuditUnavailable, type Receipt } from '../../src/audit/access.ts'
import {
  type Fate,
  type FaultProxy,
  once,
  onceAnswered,
  openFaultProxy,
  type Rule,
} from '../faults/fault-proxy.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

const DEADLINE_MS = 1_500

let database: LogDatabase
let proxy: FaultProxy
beforeAll(async () => {
  database = await createLogDatabase()
  const { hostname, port } = new URL(database.auditorUrl)
  proxy = await openFaultProxy(hostname, Number(port))
  // With an origin a writer that is alone folds by itself.
  await database.owner.query(`SELECT gateway.begin_origin('a.example/log', 'key of a')`)
})
afterAll(async () => {
  await database.drop()
  await proxy.close()
})

afterEach(() => {
  proxy.rule = undefined
  proxy.refusing = false
  proxy.cut()
})

let serial = 0
const marked = (changes: Partial<Access> = {}): Access =>
  accessOf({ justification: `mark ${serial++}`, ...changes })

async function indicesOf(access: Access): Promise<readonly number[]> {
  const rows = await database.rows()
  return rows
    .filter((row) => JSON.parse(row.record.toString()).justification === access.justification)
    .map((row) => Number(row.index))
}

async function contiguous(): Promise<void> {
  const rows = await database.rows()
  expect(rows.map((row) => Number(row.index))).toEqual(rows.map((_, i) => i))
  const head = await database.owner.query('SELECT size FROM gateway.log_head')
  expect(Number(head.rows[0].size)).toBe(rows.length)
}

/** The outcome of an append, which must not take longer than the deadline (and a little for a busy machine). */
async function outcome(log: AccessLog, access: Access): Promise<readonly Receipt[] | undefined> {
  const startedAt = performance.now()
  try {
    return await log.append(access)
  } catch (error) {
    expect(error).toBeInstanceOf(AuditUnavailable)
    return undefined
  } finally {
    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + 500)
  }
}

/**
 * The two statements that commit a batch, and after how many batches of a log its next one goes by it (`createAppender`): fewer
 * than 256 records are written before the last test, so no batch fills a node, which only the server may do.
 */
const COMMITS: readonly [statement: string, after: number][] = [
  ['audit_commit', 1],
  ['audit_extend', 2],
]

/** A log through the proxy that has committed so many batches. */
async function openUsed(batches: number): Promise<AccessLog> {
  const log = database.open({ port: proxy.port, deadlineMs: DEADLINE_MS })
  for (let i = 0; i < batches; i++) await log.append(marked())
  return log
}

const sends = (statement: string) => (direction: string, text: string) =>
  direction === 'to-server' && text.includes(statement)

const FATES: readonly Fate[] = ['cut', 'halve', 'pass-then-cut', 'stall']
const MOMENTS: readonly [moment: string, (fate: Fate) => Rule, after: number][] = [
  ['as the session opens', (fate) => once(fate, sends('SET synchronous_commit')), 0],
  ['as salts are read', (fate) => once(fate, sends('audit_salts')), 0],
  ['before salts are answered', (fate) => onceAnswered(fate, 'audit_salts'), 0],
  ...COMMITS.flatMap(([statement, after]): (typeof MOMENTS)[number][] => [
    [`as ${statement} is sent`, (fate) => once(fate, sends(statement)), after],
    [`after ${statement}, before its answer`, (fate) => onceAnswered(fate, statement), after],
  ]),
]

describe.each(MOMENTS)('the connection fails %s', (_, ruleFor, after) => {
  it.each(FATES)('%s: the record is there once, and its caller has the receipt', async (fate) => {
    const log = await openUsed(after)
    const rule = ruleFor(fate)
    let hit = false
    proxy.rule = (...data) => {
      const fated = rule(...data)
      hit ||= fated !== 'pass'
      return fated
    }
    const access = marked({ subjects: [{ model: 'Customer', key: `of mark ${serial}` }] })
    const receipts = await outcome(log, access)
    expect(hit).toBe(true)
    proxy.rule = undefined
    proxy.resume()
    // Bytes that were held back arrive now, long after the batch was sent again.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await indicesOf(access)).toEqual([Number(receipts?.[0]?.index)])
    await contiguous()
    await log.close()
  })
})

describe.each(COMMITS)('an acknowledgement of %s is lost', (statement, after) => {
  it('also at the lookup: it is looked up again', async () => {
    const log = await openUsed(after)
    const lose = onceAnswered('cut', statement)
    const loseLookup = onceAnswered('cut', 'audit_lookup')
    const hits: Fate[] = []
    proxy.rule = (...data) => {
      const fate = [lose(...data), loseLookup(...data)].find((fate) => fate !== 'pass') ?? 'pass'
      if (fate !== 'pass') hits.push(fate)
      return fate
    }
    const access = marked()
    const receipts = await outcome(log, access)
    proxy.rule = undefined
    expect(hits).toEqual(['cut', 'cut'])
    expect(await indicesOf(access)).toEqual([Number(receipts?.[0]?.index)])
    await log.close()
  })

  it('while the commit still runs on the server: the second attempt does not make a second record', async () => {
    const log = await openUsed(after)
    const blocker = await database.owner.connect()
    await blocker.query('BEGIN; SELECT size FROM gateway.log_head FOR UPDATE')
    proxy.rule = once('pass-then-cut', sends(statement))
    const access = marked()
    const pending = outcome(log, access)
    // Both attempts now wait for the head; the look in between found nothing.
    const waiting = async () => {
      const { rows } = await database.owner.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'
          AND (query LIKE '%append_batch%' OR query LIKE '%UPDATE gateway.log_head%')`,
      )
      return rows[0].n
    }
    await expect.poll(waiting, { timeout: 1_000, interval: 20 }).toBe(2)
    await blocker.query('ROLLBACK')
    blocker.release()
    const receipts = await pending
    proxy.rule = undefined
    expect(await indicesOf(access)).toEqual([Number(receipts?.[0]?.index)])
    await contiguous()
    await log.close()
  })

  it('for good: the caller gets AuditUnavailable, and there is at most one record', async () => {
    const log = await openUsed(after)
    const lose = onceAnswered('cut', statement)
    proxy.rule = (...data) => {
      const fate = lose(...data)
      if (fate === 'cut') proxy.refusing = true
      return fate
    }
    const access = marked()
    expect(await outcome(log, access)).toBeUndefined()
    expect(await indicesOf(access)).toHaveLength(1)
    await expect.poll(() => log.accepts(), { timeout: 1_000 }).toBe(false)
    proxy.rule = undefined
    proxy.refusing = false
    await expect.poll(() => log.accepts(), { timeout: 5_000 }).toBe(true)
    await expect(log.append(marked())).resolves.toHaveLength(1)
    await contiguous()
    await log.close()
  })
})

describe('a socket stalls, without answer and without error', () => {
  it('every caller is refused by its deadline; afterwards the writer recovers by itself', async () => {
    const failures: number[] = []
    const observe = { committed: () => undefined, failed: () => failures.push(1) }
    const log = database.open({ port: proxy.port, deadlineMs: DEADLINE_MS, observe })
    await log.append(marked())
    proxy.rule = () => 'stall'
    const accesses = Array.from({ length: 50 }, () => marked())
    const outcomes = await Promise.all(accesses.map((access) => outcome(log, access)))
    expect(outcomes.every((receipts) => receipts === undefined)).toBe(true)
    expect(failures.length).toBeGreaterThan(0)
    await expect.poll(() => log.accepts(), { timeout: 2_000 }).toBe(false)
    expect(await log.ping()).toBe(false)
    // Long enough to fill a pool with connections that hang.
    await new Promise((resolve) => setTimeout(resolve, 3_000))

    proxy.rule = undefined
    await expect.poll(() => log.accepts(), { timeout: 5_000 }).toBe(true)
    const after = marked()
    const receipts = await outcome(log, after)
    proxy.resume()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await indicesOf(after)).toEqual([Number(receipts?.[0]?.index)])
    for (const access of accesses) expect((await indicesOf(access)).length).toBeLessThanOrEqual(1)
    await contiguous()
    await log.close()
  })
})

describe('the connection dies while nothing is written', () => {
  it('is replaced, and nobody notices', async () => {
    const log = database.open({ port: proxy.port, deadlineMs: DEADLINE_MS })
    for (const _ of [1, 2, 3]) {
      await expect(log.append(marked())).resolves.toHaveLength(1)
      proxy.cut()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(log.accepts()).toBe(true)
    await log.close()
  })
})

describe('the queue is full', () => {
  it('refuses at once, and takes again when there is room', async () => {
    const log = database.open({ queueSize: 8 })
    await log.append(marked())
    const blocker = await database.owner.connect()
    await blocker.query('BEGIN; SELECT size FROM gateway.log_head FOR UPDATE')
    const waiting = Array.from({ length: 8 }, () => log.append(marked()))
    expect(log.queueDepth).toBe(8)
    expect(log.accepts()).toBe(false)
    await expect(log.append(marked())).rejects.toBeInstanceOf(AuditUnavailable)
    await blocker.query('ROLLBACK')
    blocker.release()
    await Promise.all(waiting)
    expect(log.accepts()).toBe(true)
    expect(log.queueDepth).toBe(0)
  })
})

describe('connections break again and again under load', () => {
  it('loses no record that has a receipt, and writes none twice', async () => {
    const log = database.open({ port: proxy.port, deadlineMs: DEADLINE_MS })
    let breaking = true
    const breaker = (async () => {
      while (breaking) {
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 280))
        proxy.cut()
      }
    })()
    const granted: [Access, readonly Receipt[]][] = []
    const until = Date.now() + 3_000
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (Date.now() < until) {
          const access = marked()
          const receipts = await outcome(log, access)
          if (receipts) granted.push([access, receipts])
          else await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }),
    )
    breaking = false
    await breaker
    await log.close()
    await contiguous()
    const marks = (await database.rows()).map((row) => JSON.parse(row.record.toString()).justification)
    expect(new Set(marks).size).toBe(marks.length)
    // Some; how many depends on how busy the machine is.
    expect(granted.length).toBeGreaterThan(20)
    for (const [access, receipts] of granted)
      expect(marks[Number(receipts[0]?.index)]).toBe(access.justification)
  })
})
