import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seedDemo } from '../../prisma/seed/seed.ts'
import { applyMigrations } from '../../src/database/migrations.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const quiet = { customers: 30, onProgress: () => {} }

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await applyMigrations(client, MIGRATIONS, { schema: 'public' })
})

afterAll(async () => {
  await client?.end()
  await database?.drop()
})

beforeEach(async () => {
  await client.query('TRUNCATE customer RESTART IDENTITY CASCADE')
})

describe('loading', () => {
  test('reports what is then there, once, and leaves a database with customers alone', async () => {
    const progress: [number, number][] = []
    const { rows } = await seedDemo(client, {
      customers: 110,
      onProgress: (done, total) => progress.push([done, total]),
    })
    expect(progress).toEqual([
      [100, 110],
      [110, 110],
    ])
    expect(rows.customer).toBe(110)
    expect(rows.invoice).toBe(2_200)
    expect(Object.keys(rows)).toHaveLength(13)
    for (const [table, count] of Object.entries(rows)) expect(await countOf(table)).toBe(count)

    expect(await seedDemo(client, quiet)).toEqual({ rows: {} })
    expect(await countOf('customer')).toBe(110)
  })

  test('two at the same time load once', async () => {
    const second = new pg.Client({ connectionString: database.url })
    await second.connect()
    const results = await Promise.all([seedDemo(client, quiet), seedDemo(second, quiet)])
    await second.end()
    expect(results.map(({ rows }) => rows.customer ?? 0).toSorted((a, b) => a - b)).toEqual([0, 30])
    expect(await countOf('customer')).toBe(30)
  })

  test('an interrupted load leaves nothing, and the connection usable', async () => {
    const interrupt = () => {
      throw new Error('interrupted')
    }
    await expect(seedDemo(client, { customers: 30, onProgress: interrupt })).rejects.toThrow('interrupted')
    expect(await countOf('customer')).toBe(0)
    await seedDemo(client, quiet)
    expect(await countOf('customer')).toBe(30)
  })

  test('a killed connection leaves nothing', async () => {
    const victim = new pg.Client({ connectionString: database.url })
    victim.on('error', () => {})
    await victim.connect()
    const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const load = seedDemo(victim, {
      customers: 300,
      onProgress: () => void client.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]),
    })
    await expect(load).rejects.toThrow()
    expect(await countOf('customer')).toBe(0)
  })
})

describe('afterwards', () => {
  beforeEach(async () => {
    await seedDemo(client, quiet)
  })

  test('the database adds up as well: lines to invoices, vouchers to zero', async () => {
    const wrong = await client.query(`
      SELECT i.id FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id
      GROUP BY i.id HAVING sum(l.net_amount) <> i.net_amount OR i.net_amount + i.vat_amount <> i.total_amount
      UNION ALL
      SELECT voucher_number FROM ledger_entry GROUP BY voucher_number HAVING sum(amount) <> 0`)
    expect(wrong.rows).toEqual([])
  })

  test('Danish letters, lists, JSON and large numbers arrive whole', async () => {
    const { rows } = await client.query(`
      SELECT (SELECT count(*) FROM customer WHERE name ~ '[æøåÆØÅ]') > 0 AS letters,
             (SELECT bool_and(cardinality(tags) BETWEEN 1 AND 2) FROM support_ticket) AS lists,
             (SELECT bool_and(properties ? 'client') FROM usage_event) AS json,
             (SELECT max(size_bytes) FROM usage_event) > 1000000 AS large`)
    expect(rows).toEqual([{ letters: true, lists: true, json: true, large: true }])
  })

  test('the sequences go on behind the last row', async () => {
    const { rows } = await client.query(
      `INSERT INTO contact (customer_id, full_name) VALUES (1, 'Ny Kontakt')
       RETURNING id - (SELECT max(id) FROM contact) AS step`,
    )
    expect(rows).toEqual([{ step: 1 }])
  })

  test('the planner knows the tables', async () => {
    const { rows } = await client.query(`SELECT reltuples FROM pg_class WHERE relname = 'invoice'`)
    expect(rows).toEqual([{ reltuples: 600 }])
  })
})

async function countOf(table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`)
  return rows[0]?.count ?? Number.NaN
}
