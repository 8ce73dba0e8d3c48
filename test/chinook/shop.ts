import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { type Answer, type Asked, type Asker, startTestGateway } from '../gateway.ts'
import { type LoggedRecord, logSize, recordsFrom } from '../http/records.ts'
import { type Catalog, readCatalog } from './catalog.ts'

const DUMP = fileURLToPath(new URL('../../../shared/data/chinook.sql', import.meta.url))
/** True: there is no database to govern here, and the tests on it are skipped. */
export const withoutChinook = !existsSync(DUMP)
if (withoutChinook)
  console.warn('the tests on the Chinook database are skipped: ../shared/data/chinook.sql is not here')

/** A gateway over Chinook: nothing but configuration, and the database as its makers made it. */
export interface Shop {
  readonly owner: pg.Pool
  /** As it was before a gateway came near. */
  readonly before: Catalog
  /** Asks, and checks what holds for every access: it is on record once, unaltered, and without a value of the answer. */
  ask(asker: Asker, asked: Asked): Promise<Served>
  /** The first column of the first row of hand-written SQL. */
  sql(text: string, values?: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

export interface Served extends Answer {
  readonly record: LoggedRecord['access']
}

export async function openShop(): Promise<Shop> {
  const database = await createTestDatabase()
  const owner = new pg.Pool({ connectionString: database.url })
  await owner.query(statementsOf(await readFile(DUMP, 'utf8')))
  await owner.query('ANALYZE')
  const before = await readCatalog(owner)
  const gateway = await startTestGateway({
    databaseUrl: database.url,
    env: { SCHEMA_DIR: 'test/chinook/schema', PRISMA_SCHEMA: 'test/chinook/schema.prisma' },
  })
  return {
    owner,
    before,
    async ask(asker, asked) {
      const size = await logSize(owner)
      const answer = await gateway.ask(asker, asked)
      const records = await recordsFrom(owner, size)
      expect(records).toHaveLength(1)
      const [record] = records as [LoggedRecord]
      expectNoValueOf(answer, record)
      return { ...answer, record: record.access }
    },
    async sql(text, values = []) {
      const { rows } = await owner.query<unknown[]>({ text, values: [...values], rowMode: 'array' })
      return rows[0]?.[0]
    },
    async close() {
      await gateway.close()
      await owner.end()
      await database.drop()
    },
  }
}

/** The dump without what only psql understands, and without the database that it would make. */
function statementsOf(dump: string): string {
  return dump.replace(/^(DROP|CREATE) DATABASE .*$|^\\c .*$/gm, '')
}

function expectNoValueOf({ body, text, status }: Answer, record: LoggedRecord): void {
  if (status === 200)
    expect(record.access.response).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
  for (const value of valuesIn(body?.data)) expect(record.text).not.toContain(value)
}

/** Texts long enough not to be in a record by chance. */
function valuesIn(json: unknown): readonly string[] {
  if (typeof json === 'string') return json.length > 5 ? [json] : []
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(valuesIn) : []
}
