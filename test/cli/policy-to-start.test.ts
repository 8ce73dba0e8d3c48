import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { policyToStart } from '../../src/cli/policy-to-start.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { type ChangedSchema, changedSchema } from '../changed-schema.ts'

const SECRET = 'of a test, and long enough for one'
const PROGRAM = 'of a test'

let dir: string
let dataDir: string
let file: string
let schema: ChangedSchema
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'policy-to-start-'))
  dataDir = join(dir, 'data')
  file = join(dataDir, 'compiled-policy')
  schema = await changedSchema()
  await cp(join(PACKAGE_ROOT, 'prisma', 'schema.prisma'), join(dir, 'schema.prisma'))
})
afterEach(async () => {
  await schema.remove()
  await rm(dir, { recursive: true, force: true })
})

const told: string[] = []
interface Started {
  readonly program?: string | undefined
  readonly secret?: string | undefined
}

function start(given: Started = {}): Promise<Policy> {
  const { program, secret } = { program: PROGRAM, secret: SECRET, ...given }
  const env = { SCHEMA_DIR: schema.folder, PRISMA_SCHEMA: join(dir, 'schema.prisma') }
  const context = { env, cwd: PACKAGE_ROOT, colour: false, err: (line: string) => told.push(line) }
  return policyToStart(context, { dataDir, secret }, program)
}

/** Another one whenever a policy was compiled and kept. */
const kept = async () => (await stat(file, { bigint: true })).ino

test('a policy is compiled once: the next start takes what was kept', async () => {
  const first = await start()
  const before = await kept()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await start()).toStrictEqual(first)
  expect(await kept()).toBe(before)
  expect(await readdir(dataDir)).toEqual(['compiled-policy'])
})

const CHANGES: [what: string, change: () => unknown][] = [
  [
    'the policy',
    () =>
      schema.change(
        'customers.graphql',
        'industryCode: String @purpose(for: [MARKET_ANALYSIS, ',
        'industryCode: String @purpose(for: [',
      ),
  ],
  [
    'the data model',
    async () => {
      const path = join(dir, 'schema.prisma')
      await writeFile(path, `${await readFile(path, 'utf8')}\n// A remark.\n`)
    },
  ],
  ['a file more', () => writeFile(join(schema.folder, 'more.graphql'), '# A remark.\n')],
]
test.each(CHANGES)('%s changed: compiled anew', async (what, change) => {
  const first = await start()
  const before = await kept()
  await change()
  const second = await start()
  expect(await kept()).not.toBe(before)
  const permits = (policy: Policy) => [
    ...(policy.models.get('Customer')?.fields.get('industryCode')?.permits.keys() ?? []),
  ]
  expect(permits(first)).toContain('MARKET_ANALYSIS')
  if (what === 'the policy') expect(permits(second)).not.toContain('MARKET_ANALYSIS')
  else expect(second).toStrictEqual(first)
})

test('another program, another secret, other bytes: compiled anew, and kept for the next', async () => {
  const first = await start()
  const bytes = await readFile(file)
  const spoilt = Buffer.from(bytes)
  spoilt.writeUInt8((spoilt.at(-1) ?? 0) ^ 1, spoilt.length - 1)
  for (const content of [spoilt, Buffer.alloc(0), Buffer.from('x'), bytes.subarray(0, 4_000)]) {
    await writeFile(file, content)
    expect(await start()).toStrictEqual(first)
    expect((await readFile(file)).equals(bytes)).toBe(true)
  }
  for (const other of [{ program: 'another' }, { secret: `${SECRET}, but another` }]) {
    const before = await kept()
    expect(await start(other)).toStrictEqual(first)
    expect(await kept()).not.toBe(before)
  }
})

test('a refused policy is refused, whatever was kept, and is not kept', async () => {
  await start()
  const before = await readFile(file)
  await schema.change(
    'customers.graphql',
    'industryCode: String @purpose(for: [MARKET_ANALYSIS, ',
    'industryCode: String @purpose(for: [NOTHING, ',
  )
  for (let i = 0; i < 2; i++) await expect(start()).rejects.toMatchObject({ exitCode: 1 })
  expect(told.join('\n')).toMatch(/MUST +PG203/)
  expect((await readFile(file)).equals(before)).toBe(true)
})

test('without a secret the one of development is the key', async () => {
  const first = await start({ secret: undefined })
  const before = await kept()
  expect(await start({ secret: undefined })).toStrictEqual(first)
  expect(await kept()).toBe(before)
  expect((await readdir(dataDir)).sort()).toEqual(['compiled-policy', 'secret'])
})

test('a folder that cannot be written keeps nobody from starting', async () => {
  await writeFile(dataDir, 'no folder')
  const first = await start()
  expect((await start({ secret: undefined })).hash).toBe(first.hash)
  await rm(dataDir)
  await mkdir(file, { recursive: true })
  expect((await start()).hash).toBe(first.hash)
  expect(await readdir(dataDir)).toEqual(['compiled-policy'])
})

test('a program that runs from its sources keeps nothing', async () => {
  await start({ program: undefined })
  await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
})
