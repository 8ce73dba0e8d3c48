import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommitments } from '../../src/audit/salts.ts'
import { openSession } from '../../src/audit/session.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

let database: LogDatabase
beforeAll(async () => {
  database = await createLogDatabase()
})
afterAll(() => database.drop())

const commitmentsIn = async (index: bigint | undefined): Promise<string[]> =>
  JSON.parse((await database.rows())[Number(index)]?.record.toString() ?? '').subjects

describe('data subjects in the log', () => {
  it('stand as commitments and nowhere as keys', async () => {
    const subjects = [
      { model: 'Customer', key: 'DK-4711-secret-key' },
      { model: 'Contact', key: '["DK","4712-secret-key"]' },
    ]
    const [receipt] = await database.open().append(accessOf({ subjects }))
    const dump = await database.owner.query('SELECT t::text AS row FROM gateway.access_record AS t')
    const texts = [
      ...dump.rows.map(({ row }) => row),
      ...(await database.rows()).map(({ record }) => record.toString()),
    ]
    for (const text of texts) expect(text).not.toMatch(/secret-key|Contact","key|DK-4711|\["DK/)
    const salts = await database.owner.query<{ key: string; salt: Buffer }>(
      `SELECT key, salt FROM gateway.subject_salt WHERE key LIKE '%secret-key%'`,
    )
    const expected = salts.rows.map(({ key, salt }) =>
      createHash('sha256').update(salt).update(key).digest('base64url'),
    )
    expect(new Set(await commitmentsIn(receipt?.index))).toEqual(new Set(expected))
    expect(new Set(expected).size).toBe(2)
  })

  it('with equal keys of different models are different', async () => {
    const subjects = ['Customer', 'Contact'].map((model) => ({ model, key: '77' }))
    const [receipt] = await database.open().append(accessOf({ subjects }))
    expect(new Set(await commitmentsIn(receipt?.index)).size).toBe(2)
  })

  it('are unlinked when their salt is deleted: old records stand, new ones do not join them', async () => {
    const subjects = [{ model: 'Customer', key: 'erased' }]
    const [before] = await database.open().append(accessOf({ subjects }))
    const recordBefore = (await database.rows())[Number(before?.index)]
    const old = await commitmentsIn(before?.index)
    const deleted = await database.owner.query(
      `DELETE FROM gateway.subject_salt WHERE key = 'erased' RETURNING salt`,
    )
    expect(createHash('sha256').update(deleted.rows[0].salt).update('erased').digest('base64url')).toBe(
      old[0],
    )

    // Another process, or this one after the commitment's time to live.
    const [after] = await database.open().append(accessOf({ subjects }))
    expect(await commitmentsIn(after?.index)).not.toEqual(old)
    expect((await database.rows())[Number(before?.index)]).toEqual(recordBefore)
    const salts = await database.owner.query(`SELECT key, salt FROM gateway.subject_salt`)
    const all = salts.rows.map(({ key, salt }) =>
      createHash('sha256').update(salt).update(key).digest('base64url'),
    )
    expect(all).not.toContain(old[0])
  })
})

describe('createCommitments', () => {
  it('makes one salt per subject, however many gateways meet it at once', async () => {
    const sessions = await Promise.all([1, 2, 3, 4, 5, 6].map(() => openSession(database.owner, 10_000)))
    for (const round of [1, 2, 3, 4, 5]) {
      const subjects = Array.from({ length: 2_000 }, (_, i) => ({
        model: 'Customer',
        key: `meet-${round}-${i}`,
      }))
      const found = await Promise.all(
        sessions.map(async (session, n) => {
          const commitments = createCommitments()
          const of = await commitments.load(session, n % 2 === 0 ? subjects : [...subjects].reverse())
          return of(subjects)
        }),
      )
      for (const texts of found) expect(texts).toEqual(found[0])
      expect(new Set(found[0]).size).toBe(2_000)
    }
    for (const session of sessions) session.release()
  })

  it('loads more subjects than it can remember', async () => {
    const subjects = Array.from({ length: 100_500 }, (_, i) => ({ model: 'Customer', key: `many-${i}` }))
    const session = await openSession(database.owner, 30_000)
    const commitments = createCommitments()
    const of = await commitments.load(session, subjects)
    session.release()
    expect(new Set(of(subjects)).size).toBe(subjects.length)
    expect(commitments.known(subjects.slice(0, 1))).toBeUndefined()
    expect(commitments.known(subjects.slice(-1))).toHaveLength(1)
  })
})
