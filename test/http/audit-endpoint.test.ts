import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openCheckpoint } from '../../src/audit/note/checkpoint.ts'
import { parseVerifier, type Verifier } from '../../src/audit/note/note-key.ts'
import { decodeBundle } from '../../src/audit/tile/entry-bundle.ts'
import { plainLeaf, plainRoot } from '../audit/plain-tree.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Asker, startTestGateway, type TestGateway } from '../gateway.ts'
import { logSize, recordsFrom } from './records.ts'

const WITNESS = 'the-token-of-a-witness-that-has-32-characters'
const CLERK = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
const ANALYST = { roles: ['SECURITY_ANALYST'], purposes: ['SECURITY_REVIEW'], subject: 'sif', app: 'review' }
const QUERY = '{ customers(first: 2) { nodes { id name } } }'

let database: TestDatabase
let gateway: TestGateway
let owner: pg.Pool
let verifier: Verifier
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url, env: { WITNESS_TOKEN: WITNESS } })
  owner = new pg.Pool({ connectionString: database.url })
  const told = gateway.lines.map((line) => /^the log is signed by (\S+)$/.exec(line)?.[1]).find(Boolean)
  verifier = parseVerifier(told ?? '') as Verifier
  await Promise.all(
    Array.from({ length: 300 }, () => gateway.ask(CLERK, { query: QUERY, purpose: 'BILLING' })),
  )
  await vi.waitFor(async () => expect(await signedSize()).toBe(300), { timeout: 3_000 })
}, 120_000)
afterAll(async () => {
  await gateway.close()
  await owner.end()
  await database.drop()
})

async function signedSize() {
  const { rows } = await owner.query('SELECT max(size)::int AS size FROM gateway.checkpoint')
  return rows[0].size
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, gateway.url), { headers })
const witness = (path: string) => get(path, { authorization: `Bearer ${WITNESS}` })
async function by(asker: Asker, path: string, purpose?: string) {
  const headers = { authorization: `Bearer ${await gateway.token(asker)}` }
  return get(path, purpose === undefined ? headers : { ...headers, 'x-purpose': purpose })
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

it('serves the newest checkpoint, which verifies against the records, and is not to be cached', async () => {
  const response = await witness('/audit/checkpoint')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('private, no-cache')
  const leaves = (await recordsFrom(owner, 0)).map(({ text }) => plainLeaf(Buffer.from(text)))
  expect(openCheckpoint(await response.text(), verifier)).toEqual({
    kind: 'opened',
    checkpoint: { origin: verifier.name, size: 300, root: plainRoot(leaves) },
  })
})

it('serves tiles of every size that a checkpoint had or could have had, for ever', async () => {
  const leaves = (await recordsFrom(owner, 0)).map(({ text }) => plainLeaf(Buffer.from(text)))
  const full = await witness('/audit/tile/0/000')
  expect(full.headers.get('cache-control')).toContain('immutable')
  expect(full.headers.get('content-type')).toBe('application/octet-stream')
  expect(await bytesOf(full)).toEqual(Buffer.concat(leaves.slice(0, 256)))
  for (const [path, hashes] of [
    ['0/000.p/200', leaves.slice(0, 200)],
    ['0/001.p/44', leaves.slice(256, 300)],
    ['1/000.p/1', [plainRoot(leaves.slice(0, 256))]],
  ] as const)
    expect(await bytesOf(await witness(`/audit/tile/${path}`)), path).toEqual(Buffer.concat(hashes))
  for (const path of ['0/001', '0/001.p/45', '1/001', '2/000.p/1', '0/1', 'x', '0/000.p/0', '0/000.p/256'])
    expect((await witness(`/audit/tile/${path}`)).status, path).toBe(404)
})

it('puts nothing on record when checkpoints and hashes are read', async () => {
  const size = await logSize(owner)
  await witness('/audit/checkpoint')
  await witness('/audit/tile/0/000')
  expect((await by(ANALYST, '/audit/checkpoint', 'SECURITY_REVIEW')).status).toBe(200)
  expect(await logSize(owner)).toBe(size)
})

it('serves records to a review only, and puts that on record before they leave', async () => {
  const size = await logSize(owner)
  const response = await by(ANALYST, '/audit/tile/entries/001.p/44', 'SECURITY_REVIEW')
  const body = await bytesOf(response)
  const stored = await recordsFrom(owner, 256)
  expect(decodeBundle(body)?.map(String)).toEqual(stored.slice(0, 44).map(({ text }) => text))
  const [record] = await recordsFrom(owner, size)
  expect(record?.access).toMatchObject({
    outcome: 'granted',
    purpose: 'SECURITY_REVIEW',
    principal: { subject: 'sif', app: 'review', roles: ['SECURITY_ANALYST'] },
    fields: { 'AccessLog.record': 'AS_IS' },
    rows: { AccessLog: 44 },
    operation: { name: 'audit/tile/entries/001.p/44' },
    response: createHash('sha256').update(body).digest('hex'),
  })
})

describe('refuses, and puts the refusal on record', () => {
  it.each<[string, () => Promise<Response>, number, string]>([
    ['nobody', () => get('/audit/checkpoint'), 401, 'UNAUTHENTICATED'],
    ['a witness that asks for records', () => witness('/audit/tile/entries/000'), 401, 'UNAUTHENTICATED'],
    ['who declares nothing', () => by(ANALYST, '/audit/tile/entries/000'), 400, 'PURPOSE_MISSING'],
    ['another purpose', () => by(CLERK, '/audit/checkpoint', 'BILLING'), 403, 'FIELD_NOT_PERMITTED'],
    [
      'a purpose that is not granted',
      () => by(CLERK, '/audit/tile/entries/000', 'SECURITY_REVIEW'),
      403,
      'PURPOSE_NOT_GRANTED',
    ],
    [
      'the wrong role',
      () => by({ ...ANALYST, roles: ['BILLING_CLERK'] }, '/audit/tile/0/000', 'SECURITY_REVIEW'),
      403,
      'ROLE_MISSING',
    ],
  ])('%s', async (_, ask, status, code) => {
    const size = await logSize(owner)
    const response = await ask()
    expect(response.status).toBe(status)
    expect(
      ((await response.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions,
    ).toMatchObject({
      code,
    })
    const [record] = await recordsFrom(owner, size)
    expect(record?.access).toMatchObject({ outcome: 'refused', blocked: { request: code } })
  })
})

describe('x-receipt', () => {
  const headers = { 'x-receipt': 'true' }

  it('tells where the access is on record, and the digest is of the body without it', async () => {
    const size = await logSize(owner)
    const answer = await gateway.ask(CLERK, { query: QUERY, purpose: 'BILLING', headers })
    const [record] = await recordsFrom(owner, size)
    const receipt = answer.body.extensions.receipt
    expect(receipt).toEqual({
      origin: verifier.name,
      index: size,
      leafHash: plainLeaf(Buffer.from(record?.text ?? '')).toString('hex'),
    })
    const without = answer.text.replace(`,"extensions":${JSON.stringify({ receipt })}`, '')
    expect(record?.access.response).toBe(createHash('sha256').update(without).digest('hex'))
    expect(answer.body.data.customers.nodes).toHaveLength(2)
  })

  it('is given for a refusal as well, and to nobody who did not ask', async () => {
    const size = await logSize(owner)
    const refused = await gateway.ask(CLERK, { query: QUERY, purpose: 'MARKETING', headers })
    expect(refused.status).toBe(403)
    expect(refused.body.extensions.receipt.index).toBe(size)
    expect((await gateway.ask(CLERK, { query: QUERY, purpose: 'BILLING' })).body.extensions).toBeUndefined()
  })
})
