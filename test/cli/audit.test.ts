import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/audit/note/checkpoint.ts'
import { parseVerifier } from '../../src/audit/note/note-key.ts'
import { verifyConsistency } from '../../src/audit/tree/consistency.ts'
import { verifyInclusion } from '../../src/audit/tree/inclusion.ts'
import { type ExportedSample, exportedSample } from '../audit/export/exported-sample.ts'
import { runCli, runHere } from './run-cli.ts'

const SIZE = 600
let sample: ExportedSample
let folder: string
let key: string
beforeAll(async () => {
  sample = await exportedSample(SIZE)
  folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-audit-cli-'))
  key = join(sample.folder, 'key')
})
afterAll(async () => {
  await sample?.drop()
  await rm(folder, { recursive: true, force: true })
})

const audit = (...args: string[]) => runHere(['audit', ...args], { DATABASE_URL: sample.url })
const verify = (...args: string[]) => audit('verify', '--key', key, ...args)
const base64 = (text: string) => Buffer.from(text, 'base64')

it('verify: exit 0 on a sound log, 1 with the record named on a changed one', async () => {
  const sound = await verify()
  expect(sound.exitCode).toBe(0)
  expect(sound.stdout).toContain('600 records read, nothing is wrong')
  await sample.log.client.query(
    `UPDATE gateway.access_record SET record = set_byte(record, 9, 0) WHERE index = 77`,
  )
  const changed = await verify()
  expect(changed.exitCode).toBe(1)
  expect(changed.stdout).toContain(
    'record-changed  record 77: the record is not the one whose hash is in the tree',
  )
  const { findings } = JSON.parse((await verify('--json')).stdout)
  expect(findings[0].index).toBe(77)
  await restore()
}, 60_000)

/** Says so when the program starts a thread. */
const TELL_THREADS =
  "--import=data:text/javascript,process.on('worker',()=>process.stderr.write('a%20thread'))"

it('verify: as it is shipped, a thread computes the tree, and what is wrong is found all the same', async () => {
  const shipped = () =>
    runCli(['audit', 'verify', '--key', key, '--json'], {
      DATABASE_URL: sample.url,
      NODE_OPTIONS: TELL_THREADS,
    })
  const sound = await shipped()
  expect([sound.exitCode, sound.stderr]).toEqual([0, 'a thread'])
  await sample.log.client.query(
    `UPDATE gateway.access_record SET record = set_byte(record, 9, 0) WHERE index = 77`,
  )
  const changed = await shipped()
  await restore()
  expect(changed.exitCode).toBe(1)
  const named = expect.objectContaining({ kind: 'record-changed', index: 77 })
  expect(JSON.parse(changed.stdout).findings).toContainEqual(named)
}, 60_000)

it('verify: goes on from a state or a checkpoint, and finds a log that was cut back', async () => {
  const state = join(folder, 'state.json')
  expect(JSON.parse((await verify('--state', state, '--json')).stdout).records).toBe(SIZE)
  expect(JSON.parse((await verify('--state', state, '--json')).stdout).records).toBeLessThan(256)
  const since = join(folder, 'since')
  const before = sample.log.checkpoints.at(-3)
  await writeFile(since, before?.note ?? '')
  const later = JSON.parse((await verify('--since', since, '--json')).stdout)
  expect(later.findings).toEqual([])
  expect(later.records).toBeLessThan(SIZE - (before?.size ?? 0) + 256)
  const newest = join(folder, 'newest')
  await writeFile(newest, sample.log.checkpoints.at(-1)?.note ?? '')
  await sample.log.client.query('BEGIN')
  await sample.log.client.query('DELETE FROM gateway.access_record WHERE index >= 190')
  await sample.log.client.query('DELETE FROM gateway.checkpoint WHERE size > 190')
  await sample.log.client.query('COMMIT')
  const cut = await verify('--checkpoint', newest)
  expect(cut.exitCode).toBe(1)
  expect(cut.stdout).toContain('a checkpoint that was kept outside has 600')
}, 60_000)

it('verify FOLDER: needs no database, and names what was changed', async () => {
  const offline = () => runHere(['audit', 'verify', sample.root, '--key', key])
  expect((await offline()).exitCode).toBe(0)
  const bundle = join(sample.folder, 'tile', 'entries', '001')
  const bytes = await readFile(bundle)
  await writeFile(bundle, Buffer.concat([bytes.subarray(0, 9), Buffer.of(0), bytes.subarray(10)]))
  const changed = await offline()
  await writeFile(bundle, bytes)
  expect(changed.exitCode).toBe(1)
  expect(changed.stdout).toContain('record-changed  record 256')
}, 60_000)

it('misuse is exit 2', async () => {
  for (const args of [
    ['verify', '--key', 'nonsense'],
    ['prove', 'x'],
    ['prove', '999999999'],
    ['consistency', '9', '3'],
  ])
    expect((await audit(...args)).exitCode, args.join(' ')).toBe(2)
}, 60_000)

async function restore(): Promise<void> {
  const bundle = await readFile(join(sample.folder, 'tile', 'entries', '000'))
  let at = 0
  for (let i = 0; i < 77; i++) at += 2 + bundle.readUInt16BE(at)
  const record = bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))
  await sample.log.client.query('UPDATE gateway.access_record SET record = $1 WHERE index = 77', [record])
}

it('prove and consistency: what they print verifies', async () => {
  const other = await exportedSample(300)
  const run = (...args: string[]) => runHere(['audit', ...args, '--json'], { DATABASE_URL: other.url })
  const proved = JSON.parse((await run('prove', '17')).stdout)
  const verifier = parseVerifier(other.origin.verifierKey)
  const opened = verifier && openCheckpoint(proved.checkpoint, verifier)
  if (opened?.kind !== 'opened') throw new Error('the checkpoint does not open')
  const { size, root } = opened.checkpoint
  const proof = proved.proof.map(base64)
  expect(verifyInclusion({ index: 17, size, leafHash: base64(proved.leafHash), root, proof })).toBe(true)
  const consistent = JSON.parse((await run('consistency', '100', '290')).stdout)
  expect(
    verifyConsistency({
      oldSize: 100,
      newSize: 290,
      oldRoot: base64(consistent.oldRoot),
      newRoot: base64(consistent.newRoot),
      proof: consistent.proof.map(base64),
    }),
  ).toBe(true)
  await other.drop()
}, 60_000)

it('verify FOLDER: a missing bundle is a finding unless it was pruned, and what is no number prunes nothing', async () => {
  const copy = join(folder, 'without-first-bundle')
  await cp(sample.folder, copy, { recursive: true })
  await rm(join(copy, 'tile', 'entries', '000'))
  const missing = await verify(copy)
  expect(missing.exitCode).toBe(1)
  expect(missing.stdout).toContain('missing  records 0 to 255')
  expect((await verify(copy, '--pruned-before', '256')).exitCode).toBe(0)
  expect((await verify(copy, '--pruned-before', '255')).exitCode).toBe(1)
  for (const text of ['abc', '-1', '1e9', '']) {
    const refused = await verify(copy, `--pruned-before=${text}`)
    expect([text, refused.exitCode]).toEqual([text, 2])
    expect(refused.stderr).toContain(`not a whole number: ${text}`)
  }
}, 60_000)
