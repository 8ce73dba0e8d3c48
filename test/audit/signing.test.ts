import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/audit/note/checkpoint.ts'
import { newSigner, type Signer } from '../../src/audit/note/note-key.ts'
import { openCheckpointFolder } from '../../src/audit/signing/checkpoint-folder.ts'
import {
  type Checkpointer,
  type CheckpointerOptions,
  startCheckpointer,
} from '../../src/audit/signing/checkpointer.ts'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'
import { plainLeaf, plainRoot, treeObjections } from './plain-tree.ts'

let database: LogDatabase
let pool: pg.Pool
const running: Checkpointer[] = []
const notes: string[] = []
beforeEach(async () => {
  database = await createLogDatabase()
  pool = new pg.Pool({ connectionString: database.auditorUrl, max: 10 })
  notes.length = 0
})
afterEach(async () => {
  for (const checkpointer of running.splice(0)) await checkpointer.close()
  await pool.end()
  await database.drop()
})

const first = newSigner('test.example/first')
const second = newSigner('test.example/second')

async function start(
  signers: readonly [Signer, ...Signer[]],
  options: Partial<CheckpointerOptions> = {},
): Promise<Checkpointer> {
  const note = (message: string) => notes.push(message)
  const fixed = { pool, signers, instance: 'test', stepMs: 2_000, now: Date.now, note }
  const checkpointer = await startCheckpointer({ ...fixed, ...options })
  running.push(checkpointer)
  return checkpointer
}

const write = (count: number) => {
  const log = database.open()
  return Promise.all(Array.from({ length: count }, () => log.append(accessOf())))
}

async function checkpoints() {
  const { rows } = await database.owner.query(
    'SELECT origin, size::int, root, note FROM gateway.checkpoint ORDER BY origin, size',
  )
  return rows as { origin: number; size: number; root: Buffer; note: string }[]
}
const lastSize = async () => (await checkpoints()).at(-1)?.size

/** Every checkpoint is signed by the key, and is of the records that are there. */
async function expectSigned(signer: Signer, origin = 1, firstIndex = 0): Promise<void> {
  const leaves = (await database.rows()).slice(firstIndex).map(({ record }) => plainLeaf(record))
  for (const { note, root, size } of (await checkpoints()).filter((c) => c.origin === origin)) {
    const expected = { origin: signer.name, size, root: plainRoot(leaves.slice(0, size)) }
    expect(openCheckpoint(note, signer.verifier)).toEqual({ kind: 'opened', checkpoint: expected })
    expect(root).toEqual(expected.root)
  }
}

it('signs what was committed within a second, and nothing where nothing is new', async () => {
  await start([first])
  for (const size of [1, 300, 1_000]) {
    await write(size - ((await lastSize()) ?? 0))
    await expect.poll(lastSize, { timeout: 1_500, interval: 20 }).toBe(size)
  }
  await expectSigned(first)
  const count = (await checkpoints()).length
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await checkpoints()).toHaveLength(count)
})

it('four signers make one row of checkpoints, and when three are gone the fourth goes on', async () => {
  const four = await Promise.all([1, 2, 3, 4].map(() => start([first])))
  const log = database.open()
  for (let i = 0; i < 20; i++) {
    await Promise.all(Array.from({ length: 20 }, () => log.append(accessOf())))
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  for (const checkpointer of four.slice(1)) await checkpointer.close()
  await write(5)
  await expect.poll(lastSize, { timeout: 2_000 }).toBe(405)
  await expectSigned(first)
  expect(notes).toEqual([])
})

it('begins where the last one was signed, also in the middle of a block', async () => {
  await (await start([first])).close()
  running.length = 0
  await write(700)
  await (await start([first])).close()
  running.length = 0
  expect(await lastSize()).toBe(700)
  await write(77)
  await (await start([first])).close()
  running.length = 0
  expect(await lastSize()).toBe(777)
  await expectSigned(first)
})

it.each([
  ['a record', `UPDATE gateway.access_record SET record = '{}' WHERE index = 350`],
  ['the frontier', `UPDATE gateway.log_head SET frontier = sha256('') || substring(frontier FROM 33)`],
  ['a node', `UPDATE gateway.tree_node SET hash = sha256('') WHERE level = 8 AND index = 1`],
  ['a record is missing', `DELETE FROM gateway.access_record WHERE index = 351`],
  [
    'what was signed',
    `UPDATE gateway.tree_node SET leaves = leaves || '' , hash = sha256('x') WHERE index = 0`,
  ],
  ['the checkpoint', `UPDATE gateway.checkpoint SET note = replace(note, '256', '255')`],
])('never signs a log in which somebody altered %s', async (_, alteration) => {
  await write(256)
  const before = await start([first])
  await expect.poll(lastSize).toBe(256)
  await before.close()
  running.length = 0
  await write(300)
  await database.owner.query(
    `SET session_replication_role = replica; ${alteration}; RESET session_replication_role`,
  )
  const checkpointer = await start([first])
  await expect.poll(() => checkpointer.fault, { timeout: 3_000 }).toBeDefined()
  expect(await lastSize()).toBe(256)
  expect(notes[0]).toMatch(/^the access log was altered/)
})

it('closes an origin of a former key with its final checkpoint, and begins the next with it', async () => {
  const old = await start([first])
  await write(300)
  await expect.poll(lastSize).toBe(300)
  const load = write(40)
  const next = await start([second, first])
  await load
  await write(5)
  await expect.poll(lastSize, { timeout: 2_000 }).toBe(345 - next.origin.firstIndex + 1)
  expect(next.origin).toMatchObject({ number: 2 })
  const final = (await checkpoints()).filter(({ origin }) => origin === 1).at(-1)
  expect(final?.size).toBe(next.origin.firstIndex)
  const record = (await database.rows())[next.origin.firstIndex]
  expect(JSON.parse(record?.record.toString() ?? '').action).toEqual({
    kind: 'origin',
    checkpoint: final?.note,
    previous: { origin: first.name, size: final?.size },
  })
  const [[receipt] = []] = await write(1)
  expect(receipt).toMatchObject({ origin: second.name, index: BigInt(346 - next.origin.firstIndex) })
  await expectSigned(second, 2, next.origin.firstIndex)
  expect(await treeObjections(database.owner)).toEqual([])
  const tail = await database.owner.query(
    'SELECT octet_length(leaves) AS bytes FROM gateway.tree_node WHERE origin = 1 AND index = 1',
  )
  expect(tail.rows).toEqual([{ bytes: (next.origin.firstIndex - 256) * 32 }])
  expect(old.fault).toBeUndefined()
  // Neither back, nor on with a key that nobody knows.
  await expect(start([first, second])).rejects.toThrow('has signed a former origin')
  await expect(start([newSigner('test.example/third')])).rejects.toThrow('is signed by another key')
})

it('copies each checkpoint to a folder, and does not start on a log that is shorter than that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  await start([first], { folder: openCheckpointFolder(folder) })
  await write(10)
  await expect.poll(lastSize).toBe(10)
  const copy = () => readFile(join(folder, 'test.example_first', 'checkpoint'), 'utf8')
  const newest = (await checkpoints()).at(-1)?.note
  await expect.poll(copy).toBe(newest)
  const another = await createLogDatabase()
  const auditor = new pg.Pool({ connectionString: another.auditorUrl, max: 3 })
  const rolledBack = start([first], { pool: auditor, folder: openCheckpointFolder(folder) })
  await expect(rolledBack).rejects.toThrow('shorter than the checkpoint of 10')
  await auditor.end()
  await another.drop()
  await rm(folder, { recursive: true })
})
