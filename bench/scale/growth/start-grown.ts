import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { seedDemo } from '../../../prisma/seed/seed.ts'
import { applyMigrations } from '../../../src/database/migrations.ts'
import type { CleanUp } from '../../clean-up.ts'
import { gateway } from '../../peers/gateway/peer.ts'
import type { Setup } from '../../peers/peer.ts'
import { type RunningPeer, startPeer } from '../../peers/start-peer.ts'
import { growDatabase } from './grow-database.ts'

/** A gateway on a database of its own with so many customers. */
export interface Grown {
  readonly customers: number
  readonly setup: Setup
  readonly running: RunningPeer
}

const databaseOf = (customers: number): string => `grown_${customers}`

/**
 * One gateway for each size, so that sizes can be measured in turn. The databases come first, each a copy of the one before it
 * that grew: PostgreSQL copies none that somebody is connected to.
 *
 * @param sizes each a multiple of the one before it; the first one is seeded
 */
export async function startGrown(
  sizes: readonly number[],
  setup: Setup,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<readonly Grown[]> {
  const urls = new Map<number, string>()
  for (const [index, customers] of sizes.entries()) {
    const before = sizes[index - 1]
    const begun = performance.now()
    urls.set(
      customers,
      before === undefined ? await seeded(customers, setup) : await grown(before, customers, setup),
    )
    log(`  a database of ${customers} customers in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  const started: Grown[] = []
  for (const [customers, databaseUrl] of urls) {
    // Where the gateway keeps its keys: each has a log of its own.
    const scratchDir = join(setup.scratchDir, databaseOf(customers))
    await mkdir(scratchDir)
    const own = { ...setup, databaseUrl, scratchDir }
    started.push({ customers, setup: own, running: await startPeer(gateway, own, cleanUp) })
  }
  return started
}

async function seeded(customers: number, setup: Setup): Promise<string> {
  const url = await setup.createDatabase(databaseOf(customers))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await applyMigrations(client, 'prisma/migrations', { schema: 'public' })
    await seedDemo(client, { customers, onProgress: () => {} })
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
  return url
}

async function grown(before: number, customers: number, { databaseUrl }: Setup): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${databaseOf(customers)} TEMPLATE ${databaseOf(before)}`)
  } finally {
    await client.end()
  }
  const url = new URL(databaseUrl)
  url.pathname = `/${databaseOf(customers)}`
  await growDatabase(url.href, customers / before)
  return url.href
}
