import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatVerifier, newSigner } from '../../src/audit/note/note-key.ts'
import { startCheckpointer } from '../../src/audit/signing/checkpointer.ts'
import { accessOf } from '../audit/accesses.ts'
import { type LogDatabase, logDatabaseOn, prepareLog } from '../audit/log-database.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type CliResult, inFolder, runCli, runHere } from './run-cli.ts'

/** `audit erase` and `audit prune`: the two commands that take something out of the log. */
const POLICY = 'the policy of these tests'
const HASH = createHash('sha256').update(POLICY).digest('hex')
const DAY_MS = 86_400_000
const signer = newSigner('cli.example/log')

let database: TestDatabase
let log: LogDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  const auditorUrl = await prepareLog(database.url, database.name)
  log = logDatabaseOn(database.url, auditorUrl, () => database.drop())
})
afterEach(async () => {
  await log?.drop()
})

const env = (more: Record<string, string> = {}) => ({ DATABASE_URL: database.url, ...more })
const here = (args: readonly string[], more?: Record<string, string>) =>
  runHere(['audit', ...args], env(more))
const KEEP_A_MONTH = { AUDIT_RETENTION_DAYS: '30' }

/** A signed log: so many records of a hundred days ago, one subject each, and some of today. */
async function writeLog(old: number, young = 0): Promise<void> {
  const writer = log.open()
  await writer.registerPolicy(HASH, POLICY)
  const write = (count: number, at: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        writer.append(
          accessOf({ at, policy: HASH, subjects: [{ model: 'Customer', key: `${1_000 + (i % 20)}` }] }),
        ),
      ),
    )
  await write(old, Date.now() - 100 * DAY_MS)
  await write(young, Date.now())
  await sign()
}

async function sign(): Promise<void> {
  const pool = new pg.Pool({ connectionString: log.auditorUrl, max: 3 })
  const note = (message: string) => expect(message).toBeUndefined()
  const options = { pool, signers: [signer] as const, instance: 'test', stepMs: 5_000, now: Date.now, note }
  await (await startCheckpointer(options)).close()
  await pool.end()
}

/** What the owner can see of the log, all of it that a command could take. */
async function everything(): Promise<unknown> {
  const { rows } = await log.owner.query(
    `SELECT (SELECT count(*) FROM gateway.access_record)::int AS records, (SELECT size FROM gateway.log_head)::int AS size,
      (SELECT count(*) FROM gateway.subject_salt)::int AS salts, (SELECT count(*) FROM gateway.log_pruned)::int AS lines,
      (SELECT count(*) FROM gateway.checkpoint)::int AS checkpoints`,
  )
  return rows[0]
}

async function lastRecord() {
  return JSON.parse(String((await log.rows()).at(-1)?.record))
}

/** The log is still what was signed, also once what the command wrote is signed too. */
async function expectSound(): Promise<void> {
  for (const again of [false, true]) {
    if (again) await sign()
    const verified = await here(['verify', '--key', formatVerifier(signer.verifier), '--json'])
    expect(JSON.parse(verified.stdout).findings).toEqual([])
    expect(verified.exitCode).toBe(0)
  }
}

function expectMisuse({ exitCode, stdout, stderr }: CliResult, message: RegExp): void {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^\s+at |fault of the program|SECRET/m)
}

describe('purpose-gateway audit erase', () => {
  it('unlinks one subject, says so, is on record without the key, and the log is as sound as before', async () => {
    await writeLog(40)
    const before = await log.rows()
    const result = await runCli(
      ['audit', 'erase', '--subject', 'Customer:1007', '--reason', 'request 2026-114'],
      env(),
    )
    expect(result).toEqual({
      exitCode: 0,
      stdout: 'erased: nothing joins the subject to its records any more (on record at index 40)\n',
      stderr: '',
    })
    const salts = await log.owner.query(`SELECT key FROM gateway.subject_salt WHERE key = '1007'`)
    expect(salts.rows).toEqual([])
    expect(await everything()).toMatchObject({ records: 41, salts: 19 })
    expect((await log.rows()).slice(0, 40)).toEqual(before)
    const record = await lastRecord()
    expect(record).toMatchObject({
      action: { kind: 'erasure', salts: 1 },
      justification: 'request 2026-114',
      principal: { app: 'purpose-gateway audit erase' },
    })
    expect(JSON.stringify(record)).not.toMatch(/\b1007\b/)
    await expectSound()
  })

  it('`--json` is one object; a second time there is nothing to erase, exit 1, and nothing is written', async () => {
    await writeLog(3)
    const first = await here(['erase', '--subject', 'Customer:1002', '--json'])
    expect([first.exitCode, JSON.parse(first.stdout)]).toEqual([0, { erased: true, index: 3 }])
    const after = await everything()
    const second = await here(['erase', '--subject', 'Customer:1002', '--json'])
    expect([second.exitCode, JSON.parse(second.stdout)]).toEqual([1, { erased: false, index: null }])
    const said = await here(['erase', '--subject', 'Customer:1002'])
    expect(said).toEqual({
      exitCode: 1,
      stdout: 'there is nothing to erase: the log knows no such subject\n',
      stderr: '',
    })
    expect(await everything()).toEqual(after)
  })

  it('bad input is exit 2, and nothing is lost', async () => {
    await writeLog(3)
    const before = await everything()
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /--subject/],
      [['--subject', 'Customer'], /such as Customer:1017/],
      [['--subject', ':1002'], /such as Customer:1017/],
      [['--subject', 'Customer:'], /such as Customer:1017/],
      [['--subject', 'Customer:1002', 'Customer:1001'], /too many arguments/],
      [['--subject', 'Customer:1002', '--reson', 'x'], /--reason/],
    ]
    for (const [args, message] of cases) expectMisuse(await here(['erase', ...args]), message)
    for (const subject of ['customer:1002', 'Customer:1002 ', "Customer:1002' OR '1'='1", 'Customer:%'])
      expect((await here(['erase', '--subject', subject])).exitCode, subject).toBe(1)
    expect(await everything()).toEqual(before)
  })

  it('without a log, or without a database, it is exit 2', async () => {
    const empty = await createTestDatabase()
    const args = ['audit', 'erase', '--subject', 'Customer:1']
    for (const command of [args, ['audit', 'verify'], ['audit', 'prove', '0']])
      expectMisuse(await runHere(command, { DATABASE_URL: empty.url }), /there is no log in this database/)
    await empty.drop()
    expectMisuse(await runHere(args, { DATABASE_URL: 'mysql://x:SECRET@y/z' }), /`DATABASE_URL`/)
  })
})

describe('purpose-gateway audit prune', () => {
  it('deletes whole blocks of what may go, says so, is on record, and what remains is sound', async () => {
    await writeLog(300, 10)
    const result = await runCli(
      ['audit', 'prune', '--before', '300', '--reason', 'yearly'],
      env(KEEP_A_MONTH),
    )
    expect(result).toEqual({
      exitCode: 0,
      stdout: 'pruned: 256 records are gone, those from index 256 on remain\n',
      stderr: '',
    })
    expect((await log.rows()).map(({ index }) => Number(index))).toEqual(
      Array.from({ length: 55 }, (_, i) => 256 + i),
    )
    expect(await lastRecord()).toMatchObject({
      action: { kind: 'pruning', before: 256, policy: 'records are kept for 30 days' },
      justification: 'yearly',
      principal: { app: 'purpose-gateway audit prune' },
    })
    await expectSound()
    const erased = await here(['erase', '--subject', 'Customer:1007', '--json'])
    expect(JSON.parse(erased.stdout)).toEqual({ erased: true, index: 311 })
    await expectSound()
  }, 60_000)

  it('`--json` is one object; a second time there is nothing that may go, exit 1', async () => {
    await writeLog(300)
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
    const args = ['prune', '--before', tomorrow, '--json']
    const first = await here(args, KEEP_A_MONTH)
    expect([first.exitCode, JSON.parse(first.stdout)]).toEqual([0, { deleted: 256, before: 256 }])
    const after = await everything()
    const second = await here(args, KEEP_A_MONTH)
    expect([second.exitCode, JSON.parse(second.stdout)]).toEqual([1, { deleted: 0, before: null }])
    const said = await here(['prune', '--before', tomorrow], KEEP_A_MONTH)
    expect(said.exitCode).toBe(1)
    expect(said.stdout).toMatch(/^there is nothing that may go: too young, .*\n$/)
    expect(await everything()).toEqual(after)
  })

  it.each([
    ['a retention that is longer', ['--before', '300'], { AUDIT_RETENTION_DAYS: '101' }],
    ['a date before the oldest record', ['--before', '2001-01-01'], KEEP_A_MONTH],
    ['less than a block', ['--before', '255'], KEEP_A_MONTH],
  ])('deletes nothing with %s, exit 1', async (_, args, more) => {
    await writeLog(300)
    const before = await everything()
    expect((await here(['prune', ...args], more)).exitCode).toBe(1)
    expect(await everything()).toEqual(before)
  })

  it('bad input is exit 2, and nothing is lost', async () => {
    await writeLog(300)
    const before = await everything()
    const cases: readonly (readonly [readonly string[], Record<string, string>, RegExp])[] = [
      [[], KEEP_A_MONTH, /--before/],
      [['--before', '300'], {}, /set `AUDIT_RETENTION_DAYS`/],
      [['--before', '300'], { AUDIT_RETENTION_DAYS: 'x' }, /`AUDIT_RETENTION_DAYS`/],
      [['--before', '300'], { AUDIT_RETENTION_DAYS: '0' }, /`AUDIT_RETENTION_DAYS`/],
      ...[
        '',
        'x',
        '-300',
        '3e2',
        '300.0',
        '2026-13-01',
        '2026-02-30',
        '2026-02-30T00:00Z',
        '2026-11-24 12:00',
        'tomorrow',
      ].map((value) => [[`--before=${value}`], KEEP_A_MONTH, /such as 2021-01-01/] as const),
    ]
    for (const [args, more, message] of cases) {
      expectMisuse(await here(['prune', ...args], more), message)
      expect(await everything(), args.join(' ')).toEqual(before)
    }
  })
})

it('checkpoints between the ones that must stay are not what a verification rests on', async () => {
  await writeLog(300)
  for (const count of [40, 50, 60]) await writeLog(count)
  await here(['prune', '--before', '300'], KEEP_A_MONTH)
  await sign()
  const kept = await log.owner.query('SELECT size::int, note FROM gateway.checkpoint ORDER BY size')
  expect(kept.rows.map(({ size }) => size)).toEqual([300, 340, 390, 450, 451])
  // Nobody may, and a trigger sees to it; whoever owns the database can.
  await expect(log.owner.query('DELETE FROM gateway.checkpoint WHERE size = 390')).rejects.toThrow(
    'append-only',
  )
  await log.owner.query(
    'SET session_replication_role = replica; DELETE FROM gateway.checkpoint WHERE size IN (340, 390, 450); RESET session_replication_role',
  )
  await expectSound()
  await inFolder(async (folder) => {
    const since = join(folder, 'since')
    await writeFile(since, kept.rows[2].note)
    const verified = await here([
      'verify',
      '--key',
      formatVerifier(signer.verifier),
      '--since',
      since,
      '--checkpoint',
      since,
    ])
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('nothing is wrong')])
  })
})
