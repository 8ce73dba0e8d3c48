import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type CopyLines, copyLines } from './copy-lines.ts'
import { demoRows } from './demo-rows.ts'
import type { DemoRows } from './rows.ts'
import { TABLES } from './tables.ts'

export interface SeedOptions {
  readonly customers: number
  /** Called after every batch of customers. */
  readonly onProgress: (done: number, total: number) => void
}

export interface Seeded {
  /** Rows loaded by table name; empty where the database had customers already. */
  readonly rows: Readonly<Record<string, number>>
}

/** Customers per COPY: bounds the memory, and lets the foreign keys be checked while the rows are still cached. */
const BATCH = 100

/**
 * Loads the demo data into a migrated, empty database. `client` is connected as the owner, used by nobody else
 * meanwhile, and has a listener for `error` (a lost connection would end the process).
 *
 * All or nothing: one transaction, so a crash at any line leaves the database empty and the next start seeds it. Two at
 * the same time: the second waits, then finds customers and does nothing. Rejects with the database's error.
 */
export async function seedDemo(client: Client, options: SeedOptions): Promise<Seeded> {
  await client.query('BEGIN')
  try {
    const rows = await seedLocked(client, options)
    await client.query('COMMIT')
    return { rows }
  } catch (error) {
    // The connection itself may be what failed; the server then rolls back on its own.
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function seedLocked(
  client: Client,
  { customers, onProgress }: SeedOptions,
): Promise<Record<string, number>> {
  await client.query('LOCK TABLE customer IN SHARE ROW EXCLUSIVE MODE')
  const { rows: found } = await client.query('SELECT 1 FROM customer LIMIT 1')
  if (found.length > 0) return {}

  const counts: Record<string, number> = {}
  let done = 0
  for (const batch of batches(demoRows(customers))) {
    for (const copy of copyLines(batch)) {
      await load(client, copy)
      counts[copy.table] = (counts[copy.table] ?? 0) + copy.lines.length
    }
    done += batch.length
    onProgress(done, customers)
  }
  for (const { name, serial } of Object.values(TABLES)) {
    if (serial !== undefined)
      await client.query(
        `SELECT setval(pg_get_serial_sequence('${name}', '${serial}'), max(${serial})) FROM ${name}`,
      )
    await client.query(`ANALYZE ${name}`)
  }
  return counts
}

async function load(client: Client, { table, columns, lines }: CopyLines): Promise<void> {
  if (lines.length === 0) return
  await pipeline(
    Readable.from(lines, { objectMode: true }),
    client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`)),
  )
}

function* batches(blocks: Iterable<DemoRows>): Generator<readonly DemoRows[], void, undefined> {
  let batch: DemoRows[] = []
  for (const block of blocks) {
    batch.push(block)
    if (batch.length === BATCH) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
