import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eraseSubject } from '../../../src/audit/erase-subject.ts'
import { newSigner, type Signer } from '../../../src/audit/note/note-key.ts'
import { pruneLog } from '../../../src/audit/prune-log.ts'
import { openSession } from '../../../src/audit/session.ts'
import { startCheckpointer } from '../../../src/audit/signing/checkpointer.ts'
import { trustedKeys } from '../../../src/audit/verify/choose-keys.ts'
import { examineRows } from '../../../src/audit/verify/examine-rows.ts'
import { logTables } from '../../../src/audit/verify/log-tables.ts'
import { type VerifiedState, verifyLog } from '../../../src/audit/verify/verify-log.ts'
import { accessOf, refusalOf } from '../accesses.ts'
import { createLogDatabase, type LogDatabase } from '../log-database.ts'

const OLD = newSigner('test.example/old', Buffer.alloc(32, 7))
const NEW = newSigner('test.example/new', Buffer.alloc(32, 8))
const POLICY_TEXT = 'a policy'
const policy = createHash('sha256').update(POLICY_TEXT).digest('hex')
const by = { subject: 'root', app: 'test' }

let database: LogDatabase
let client: pg.Client

/** A log as a gateway writes it: two origins, an erasure, texts that the columns cut or escape, and a pruned beginning. */
beforeAll(async () => {
  database = await createLogDatabase()
  const log = database.open()
  await log.registerPolicy(policy, POLICY_TEXT)
  const subject = { model: 'Customer', key: '1017' }
  await Promise.all(
    Array.from({ length: 400 }, (_, i) => log.append(accessOf({ policy, justification: `case ${i}` }))),
  )
  await log.append(refusalOf({ policy, principal: undefined, purpose: undefined }))
  const subjectOf = (text: string) => ({ subject: text, app: 'æ"\\\u0000app', roles: [] })
  for (const text of ['s\u00f8ren "x"', 'y'.repeat(250), 'z'.repeat(9_000), `${'a'.repeat(199)}😀`])
    await log.append(accessOf({ policy, principal: subjectOf(text), purpose: text }))
  await sign([OLD])
  const session = await openSession(database.owner, 5_000)
  const fixed = { by, instance: 'test', justification: 'because' }
  await eraseSubject(session, { ...fixed, subject, at: Date.now() })
  await sign([NEW, OLD])
  await Promise.all(Array.from({ length: 300 }, () => log.append(accessOf({ policy }))))
  await sign([NEW, OLD])
  const before = { kind: 'size', size: 300 } as const
  await pruneLog(session, { ...fixed, before, retentionDays: 1, now: Date.now() + 400 * 86_400_000 })
  await sign([NEW, OLD])
  session.release()
  client = new pg.Client({ connectionString: database.owner.options.connectionString })
  await client.connect()
}, 60_000)
afterAll(async () => {
  await client?.end()
  await database?.drop()
})

async function sign(signers: readonly [Signer, ...Signer[]]): Promise<void> {
  const pool = new pg.Pool({ connectionString: database.auditorUrl, max: 3 })
  const note = (message: string) => expect(message).toBeUndefined()
  const checkpointer = await startCheckpointer({
    pool,
    signers,
    instance: 'test',
    stepMs: 5_000,
    now: Date.now,
    note,
  })
  await checkpointer.close()
  await pool.end()
}

const verified = (keys = [OLD, NEW], from?: VerifiedState) =>
  verifyLog({
    client,
    keys: trustedKeys(
      keys.map(({ verifier }) => verifier),
      [],
    ),
    from,
    now: Date.now() + 3_600_000,
  })

it('a log that was rotated, erased from and pruned is sound', async () => {
  const { findings, origins } = await verified()
  expect(findings).toEqual([])
  expect(origins.map(({ size, confirmed }) => size - confirmed)).toEqual([0, 0])
  expect(origins).toHaveLength(2)
})

it('a key that is not trusted is named', async () => {
  const { findings } = await verified([OLD])
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'key-unknown' }))
})

it.each([
  [
    'origin-broken',
    'the record that begins an origin is another one',
    async () => {
      await client.query(`UPDATE gateway.log_origin SET first_index = first_index + 1 WHERE number = 2`)
    },
  ],
  [
    'pruning-unrecorded',
    'more is pruned than was put on record',
    async () => {
      await client.query('INSERT INTO gateway.log_pruned (before, policy) VALUES (384, $1)', ['none'])
      await client.query('DELETE FROM gateway.access_record WHERE index < 384')
    },
  ],
  [
    'missing',
    'a record that was not pruned is gone',
    async () => {
      await client.query('DELETE FROM gateway.access_record WHERE index = 300')
    },
  ],
  [
    'leaf-hash-changed',
    'the leaf hashes of the end of a closed origin are others',
    async () => {
      await client.query(`UPDATE gateway.tree_node SET leaves = set_byte(leaves, 40, 255 - get_byte(leaves, 40))
      WHERE origin = 1 AND octet_length(leaves) < 8192`)
    },
  ],
  [
    'root-differs',
    'the leaf hashes of what was pruned are others, with the node above them',
    async () => {
      await client.query(`UPDATE gateway.tree_node SET leaves = set_byte(leaves, 40, 255 - get_byte(leaves, 40))
      WHERE origin = 1 AND index = 0`)
    },
  ],
])('%s: %s', async (kind, _, change) => {
  await client.query('BEGIN')
  await client.query('SET LOCAL session_replication_role = replica')
  await change()
  const { findings } = await verified()
  await client.query('ROLLBACK')
  expect(findings).toContainEqual(expect.objectContaining({ kind }))
})

it('a log that is shorter than what was verified before was rolled back', async () => {
  const from = { origin: 2, size: 1_024, frontier: Buffer.alloc(32), confirmed: 1_024 }
  const { findings } = await verified([OLD, NEW], from)
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'rolled-back' }))
})

it('a log whose index is gone is read all the same', async () => {
  await client.query('BEGIN')
  await client.query('ALTER TABLE gateway.access_record DROP CONSTRAINT access_record_pkey CASCADE')
  const { findings, records } = await verified()
  await client.query('ROLLBACK')
  expect(findings).toEqual([])
  expect(records).toBe((await verified()).records)
})

it('what fails while rows come in is told, and the connection is good for the next question', async () => {
  const tables = logTables(client)
  const rows = tables.rows(0, 1_000, () => {
    throw new Error('no room')
  })
  await expect(rows).rejects.toThrow('no room')
  const seen: number[] = []
  await tables.rows(300, 400, (bytes) => seen.push(...examineRows(bytes).indexes))
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => 300 + i))
})
