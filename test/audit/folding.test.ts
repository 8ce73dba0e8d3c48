import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access } from '../../src/audit/access.ts'
import { createFolder } from '../../src/audit/folder.ts'
import { ALONE_PER_SECOND, createFloodGauge, fold, foldingKind } from '../../src/audit/folding.ts'
import { accessOf, refusalOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

describe('foldingKind', () => {
  it('is that of principal, purpose and set of reasons', () => {
    const kind = foldingKind(refusalOf())
    expect(kind).toBeDefined()
    expect(foldingKind(refusalOf({ blocked: { 'Customer.cvr': 'FIELD_NOT_PERMITTED' } }))).toBe(kind)
    expect(foldingKind(refusalOf({ at: 7, trace: undefined, justification: 'other' }))).toBe(kind)
    for (const other of [
      refusalOf({ purpose: 'SUPPORT' }),
      refusalOf({ purpose: undefined }),
      refusalOf({ blocked: { 'Customer.cvr': 'ROLE_MISSING' } }),
      refusalOf({ principal: { subject: 'bo', app: 'invoicing', roles: ['BILLING_CLERK'] } }),
      refusalOf({ principal: undefined }),
    ])
      expect(foldingKind(other)).not.toBe(kind)
  })

  it('does not exist where anything was released or read', () => {
    for (const outcome of ['granted', 'pruned', 'failed'] as const)
      expect(foldingKind(refusalOf({ outcome }))).toBeUndefined()
    expect(foldingKind(refusalOf({ fields: { 'Customer.id': 'AS_IS' } }))).toBeUndefined()
    expect(foldingKind(refusalOf({ rows: { Customer: 0 } }))).toBeUndefined()
    expect(foldingKind(refusalOf({ subjects: [{ model: 'Customer', key: '1' }] }))).toBeUndefined()
  })

  it('is one for all whom nobody could verify, whatever they call themselves', () => {
    const of = (purpose: string) => foldingKind(refusalOf({ principal: undefined, purpose, blocked: {} }))
    expect(of('A')).toBe(of('B'))
  })
})

describe('fold', () => {
  it('counts, keeps the times, every blocked coordinate, and what is equal in all', () => {
    const accesses = [
      refusalOf({ at: 20, justification: 'a' }),
      refusalOf({ at: 10, justification: 'b', blocked: { 'Customer.cvr': 'FIELD_NOT_PERMITTED' } }),
      refusalOf({ at: 30, justification: 'a' }),
    ]
    const folded = accesses.reduce<ReturnType<typeof fold> | undefined>(fold, undefined)
    expect(folded?.folded).toEqual({ count: 3, first: 10, last: 30 })
    expect(folded?.access).toEqual(
      refusalOf({
        at: 20,
        justification: undefined,
        blocked: { 'Contact.email': 'FIELD_NOT_PERMITTED', 'Customer.cvr': 'FIELD_NOT_PERMITTED' },
      }),
    )
  })
})

describe('createFloodGauge', () => {
  it('leaves the first refusals of each second alone', () => {
    const gauge = createFloodGauge()
    const floods = (now: number) =>
      Array.from({ length: 30 }, () => gauge.flooding('kind', now)).filter(Boolean).length
    expect(floods(1_000)).toBe(30 - ALONE_PER_SECOND)
    expect(gauge.flooding('other', 1_000)).toBe(false)
    expect(floods(2_000)).toBe(30 - ALONE_PER_SECOND)
  })
})

describe('createFolder', () => {
  it('rejects all who share a record that cannot be written, within their deadline', async () => {
    const given: number[] = []
    const write = (_: Access, __: unknown, withinMs: number) => {
      given.push(withinMs)
      return Promise.reject(new Error('down'))
    }
    const folder = createFolder({ write, deadlineMs: 400, now: () => 0 })
    const refusals = Array.from({ length: 50 }, () => folder.append(refusalOf({ principal: undefined })))
    await Promise.allSettled(refusals)
    const second = folder.append(refusalOf({ principal: undefined }))
    const outcomes = await Promise.allSettled([...refusals, second])
    expect(outcomes.map(({ status }) => status)).toEqual(Array(51).fill('rejected'))
    expect(given).toHaveLength(2)
    expect(given[0]).toBe(400)
    expect(given[1]).toBeGreaterThanOrEqual(300)
    expect(given[1]).toBeLessThan(400)
  })
})

describe('a flood of refusals', () => {
  let database: LogDatabase
  beforeAll(async () => {
    database = await createLogDatabase()
  })
  afterAll(() => database.drop())

  const values = async (since: number) =>
    (await database.rows()).slice(since).map((row) => JSON.parse(row.record.toString()))

  it('of one principal is folded, counted to the last one, and durable before anyone is answered', async () => {
    const log = database.open({ now: () => 5_000 })
    const since = (await database.rows()).length
    const startedAt = performance.now()
    const receipts = await Promise.all(Array.from({ length: 200 }, () => log.append(refusalOf())))
    const stored = await values(since)
    expect(stored).toHaveLength(ALONE_PER_SECOND + 1)
    expect(stored.reduce((sum, value) => sum + (value.folded?.count ?? 1), 0)).toBe(200)
    for (const [receipt] of receipts) expect(stored[Number(receipt?.index) - since]).toBeDefined()

    // The next ones wait for the next record of this kind, which comes 250 ms after the last one and not before.
    await Promise.all(Array.from({ length: 10 }, () => log.append(refusalOf())))
    expect(performance.now() - startedAt).toBeGreaterThan(250)
    expect((await values(since)).at(-1).folded.count).toBe(10)
  })

  it('of callers whom nobody could verify is folded from the first; a lone one does not wait', async () => {
    const log = database.open()
    const since = (await database.rows()).length
    const anonymous = (purpose: string) => refusalOf({ principal: undefined, purpose, blocked: {} })
    const startedAt = performance.now()
    await log.append(anonymous('A'))
    expect(performance.now() - startedAt).toBeLessThan(240)
    await Promise.all(Array.from({ length: 100 }, (_, i) => log.append(anonymous(`P${i}`))))
    const stored = await values(since)
    expect(stored).toHaveLength(2)
    expect(stored[0].folded).toBeUndefined()
    expect(stored[1].folded.count).toBe(100)
    expect(stored[1].purpose).toBeUndefined()
  })

  it('does not fold or delay what is granted', async () => {
    const log = database.open({ now: () => 9_000 })
    const since = (await database.rows()).length
    await Promise.all(Array.from({ length: 100 }, () => log.append(accessOf())))
    expect(await values(since)).toHaveLength(100)
  })
})
