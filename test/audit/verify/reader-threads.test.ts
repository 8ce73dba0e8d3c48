import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { trustedKeys } from '../../../src/audit/verify/choose-keys.ts'
import type { LeafRange, ReadLeaves } from '../../../src/audit/verify/read-leaves.ts'
import { readerThreads } from '../../../src/audit/verify/reader-threads.ts'
import type { LeafReader } from '../../../src/audit/verify/share-out.ts'
import { verifyLog } from '../../../src/audit/verify/verify-log.ts'
import { accessOf } from '../accesses.ts'
import { createLogDatabase, type LogDatabase } from '../log-database.ts'

const RECORDS = 5_000

let database: LogDatabase
let url: string

beforeAll(async () => {
  database = await createLogDatabase()
  url = database.owner.options.connectionString ?? ''
  const log = database.open()
  for (let batch = 0; batch < 5; batch++)
    await Promise.all(Array.from({ length: RECORDS / 5 }, () => log.append(accessOf())))
  await database.owner.query(`
    SET session_replication_role = replica;
    UPDATE gateway.access_record SET record = overlay(record PLACING '\\x58' FROM 100) WHERE index IN (17, 2600, 4999);
    UPDATE gateway.access_record SET purpose = 'OTHER' WHERE index = 900;
    DELETE FROM gateway.access_record WHERE index BETWEEN 3000 AND 3600;
    SET session_replication_role = origin`)
}, 60_000)
afterAll(() => database?.drop())

/** What the threads read, and what the verification said. */
async function verified(threads: number, threadUrl = url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  const helpers = readerThreads(client, threadUrl, () => threads)
  const ranges: LeafRange[] = []
  const watched = (read: LeafReader | undefined): LeafReader | undefined =>
    read &&
    (async (range): Promise<ReadLeaves> => {
      ranges.push(range)
      return read(range)
    })
  try {
    const result = await verifyLog({
      client,
      // Ready before the first range, so that they have a part in it however slow their start is.
      helpers: async (records) => {
        const readers = (await Promise.all(await helpers.start(records))).map(watched)
        return readers.map(async (reader) => reader)
      },
      pageLeaves: 256,
      keys: trustedKeys([], []),
      from: undefined,
      now: Date.now(),
    })
    return { ranges, result }
  } finally {
    await helpers.close()
    await client.end()
  }
}

it('threads find what one reader finds, in the same order, and read a part of it each', async () => {
  const alone = await verified(0)
  const kinds = new Set(alone.result.findings.map(({ kind }) => kind))
  expect([...kinds]).toEqual(expect.arrayContaining(['record-changed', 'copy-differs', 'missing']))
  const together = await verified(2)
  expect(together.result).toEqual(alone.result)
  expect(together.ranges.length).toBeGreaterThan(2)
})

it('they see what the first connection sees', async () => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  const threads = readerThreads(client, url, () => 1)
  try {
    const [reader] = await Promise.all(await threads.start(RECORDS))
    const added = await database.open().append(accessOf())
    const index = Number(added[0]?.index)
    const read = await reader?.({ first: index - 1, end: index + 1, prunedBefore: 0 })
    expect([...(read?.present ?? [])]).toEqual([1, 0])
  } finally {
    await threads.close()
    await client.end()
  }
})

it('one that cannot start leaves its work to the others', async () => {
  const { ranges, result } = await verified(2, url.replace(/\/[^/]*$/, '/nowhere'))
  expect(ranges).toEqual([])
  expect(result.records).toBeGreaterThan(4_000)
})
