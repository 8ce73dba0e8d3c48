import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuditUnavailable } from '../../src/audit/access.ts'
import { commitment } from '../../src/audit/commitment.ts'
import { Entry } from '../../src/audit/entry.ts'
import { seal, sealInTurns } from '../../src/audit/seal.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

let database: LogDatabase
beforeAll(async () => {
  database = await createLogDatabase()
})
afterAll(() => database.drop())

const SUBJECTS = 3_000
const largeAccess = (name: string, size = SUBJECTS) =>
  accessOf({
    justification: name,
    subjects: Array.from({ length: size }, (_, i) => ({ model: 'Customer', key: `${name}-${i}` })),
  })

/** Nobody can make the salt of this subject, and whoever wants to waits, until what it returns is called. */
async function holdSaltOf(key: string): Promise<() => Promise<void>> {
  const client = await database.owner.connect()
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO gateway.subject_salt (model, key, salt) VALUES ('Customer', $1, sha256('held'))`,
    [key],
  )
  return async () => {
    await client.query('ROLLBACK')
    client.release()
  }
}

const recordsOf = async (name: string) =>
  (await database.rows()).filter(({ record }) => JSON.parse(record.toString()).justification === name)

test('while the subjects of one access are looked up, others are committed', async () => {
  const log = database.open()
  const release = await holdSaltOf('held-7')
  const order: string[] = []
  const large = log.append(largeAccess('held')).finally(() => order.push('large'))
  for (let i = 0; i < 20; i++) {
    const subjects = [{ model: 'Customer', key: `beside-${i}` }]
    expect(await log.append(accessOf({ subjects }))).toHaveLength(1)
  }
  order.push('others')
  await release()
  const receipts = await large
  expect(order).toEqual(['others', 'large'])
  const records = await recordsOf('held')
  expect(records.map(({ index }) => index)).toEqual(receipts.map(({ index }) => String(index)))
  const subjects = records.flatMap(({ record }) => JSON.parse(record.toString()).subjects)
  expect(new Set(subjects).size).toBe(SUBJECTS)
})

test('whose subjects cannot be looked up is refused by its deadline; the log goes on by itself', async () => {
  const log = database.open({ deadlineMs: 600 })
  const release = await holdSaltOf('refused-7')
  const begun = performance.now()
  await expect(log.append(largeAccess('refused'))).rejects.toThrow(AuditUnavailable)
  expect(performance.now() - begun).toBeLessThan(1_500)
  await release()
  await expect
    .poll(() => log.append(accessOf()).then(() => 'taken', String), { timeout: 5_000 })
    .toBe('taken')
  expect(await recordsOf('refused')).toEqual([])
  expect(await log.append(largeAccess('refused'))).not.toHaveLength(0)
})

test('where not even salts can be read, nothing more is accepted until the log works again', async () => {
  const log = database.open({ deadlineMs: 600 })
  await log.append(accessOf())
  const release = await holdSaltOf('nothing-7')
  const head = await database.owner.connect()
  await head.query('BEGIN; SELECT FROM gateway.log_head FOR UPDATE')
  await expect(log.append(largeAccess('nothing'))).rejects.toThrow(AuditUnavailable)
  await expect.poll(() => log.accepts()).toBe(false)
  await head.query('ROLLBACK')
  head.release()
  await release()
  await expect.poll(() => log.accepts(), { timeout: 5_000 }).toBe(true)
  expect(await log.append(largeAccess('nothing'))).not.toHaveLength(0)
})

test('several at once are all on record, and so is one that is under way when the log closes', async () => {
  const log = database.open()
  const appended = ['first', 'second', 'third'].map((name) => log.append(largeAccess(name)))
  const closed = log.close()
  for (const receipts of await Promise.all(appended)) expect(receipts.length).toBeGreaterThan(1)
  await closed
  for (const name of ['first', 'second', 'third']) {
    const subjects = (await recordsOf(name)).flatMap(({ record }) => JSON.parse(record.toString()).subjects)
    expect(new Set(subjects).size).toBe(SUBJECTS)
  }
})

test('is sealed to the same records as at once, in a turn of the event loop for each', async () => {
  const access = largeAccess('turns', 10_000)
  const commitments = access.subjects.map(({ key }) => commitment(Buffer.alloc(32), key))
  const [atOnce, inTurns] = ['one', 'two'].map(() => new Entry(access, undefined, 'id', 60_000))
  if (!atOnce || !inTurns) throw new Error('two entries')
  expect(seal(atOnce, commitments, 'instance')).toBe(true)
  let turns = 0
  const count = () => {
    turns++
    if (inTurns.records === undefined) setImmediate(count)
  }
  setImmediate(count)
  expect(await sealInTurns(inTurns, commitments, 'instance')).toBe(true)
  expect(inTurns.records).toEqual(atOnce.records)
  expect(inTurns.records?.length).toBeGreaterThan(5)
  expect(turns).toBeGreaterThanOrEqual(inTurns.records?.length ?? 0)
  for (const entry of [atOnce, inTurns]) entry.resolve([])
})

test('one of more than 256 KB is committed by itself', async () => {
  const log = database.open()
  const head = await database.owner.connect()
  await head.query('BEGIN; SELECT FROM gateway.log_head FOR UPDATE')
  // While the first one's commit waits for the head, the others gather.
  const first = log.append(accessOf())
  const large = log.append(largeAccess('alone', 10_000))
  const salts = `SELECT count(*)::int AS n FROM gateway.subject_salt WHERE key LIKE 'alone-%'`
  await expect.poll(async () => (await database.owner.query(salts)).rows[0].n).toBe(10_000)
  await delay(300)
  const last = log.append(accessOf())
  await head.query('ROLLBACK')
  head.release()
  const [parts] = await Promise.all([large, first, last])
  // The first row of each batch has its id.
  const rows = await database.rows()
  const [begin, end] = [Number(parts[0]?.index), Number(parts.at(-1)?.index)]
  expect(rows.slice(begin, end + 1).map(({ batch }) => batch !== null)).toEqual(parts.map((_, i) => i === 0))
  expect(rows[end + 1]?.batch).not.toBeNull()
})

test('a long record is stored as it is: nobody waits while what seldom compresses is compressed', async () => {
  const log = database.open()
  const fields = Array.from({ length: 1_000 }, (_, i) => [`Customer.field${i}`, 'AS_IS'] as const)
  const [receipt] = await log.append(accessOf({ fields: Object.fromEntries(fields) }))
  const { rows } = await database.owner.query(
    'SELECT length(record) AS bytes, pg_column_compression(record) AS compression FROM gateway.access_record WHERE index = $1',
    [receipt?.index],
  )
  expect(rows).toEqual([{ bytes: expect.toSatisfy((bytes) => bytes > 25_000), compression: null }])
})
