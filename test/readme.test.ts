import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../src/package-root.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

const readme = await readFile(join(PACKAGE_ROOT, 'README.md'), 'utf8')

/** `ask PURPOSE '{ … }'` and the answer that the README shows below it. */
const examples = [...readme.matchAll(/```sh\nask (\w+) '([^']+)'\n```\n\n```json\n(.+)\n```/g)].map(
  ([, purpose = '', query = '', answer = '']) => ({ purpose, query, answer }),
)

let database: TestDatabase
let gateway: TestGateway

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url })
})
afterAll(async () => {
  await gateway?.close()
  await database?.drop()
})

test('has three things to try', () => {
  expect(examples).toHaveLength(3)
})

test.each(examples)('answers `ask $purpose …` as the README shows', async ({ purpose, query, answer }) => {
  const roles = ['BILLING_CLERK', 'MARKET_ANALYST']
  const purposes = ['BILLING', 'MARKET_ANALYSIS']
  const { text } = await gateway.ask({ roles, purposes }, { query, purpose })
  expect(text).toBe(answer)
})

test('names every environment variable of the configuration', async () => {
  const source = await readFile(join(PACKAGE_ROOT, 'src', 'parse-config.ts'), 'utf8')
  const read = [...source.matchAll(/(?:text|integer|url|path|optionalPath)\(\s*'([A-Z_]+)'/g)].map(
    ([, name = '']) => name,
  )
  expect(read.length).toBeGreaterThan(20)
  for (const name of read) expect(readme).toContain(`\`${name}\``)
})

test('links to files that exist', async () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path)
  for (const path of links) await expect(readFile(join(PACKAGE_ROOT, path)), path).resolves.toBeDefined()
})
