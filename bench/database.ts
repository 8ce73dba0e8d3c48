import { resolve } from 'node:path'
import pg from 'pg'
import { seedDemo } from '../prisma/seed/seed.ts'
import { startEmbeddedPostgres } from '../src/database/embedded.ts'
import { applyMigrations } from '../src/database/migrations.ts'
import type { CleanUp } from './clean-up.ts'

export interface Database {
  readonly url: string
  readonly pid: number
  readonly version: string
  /** Another database on the same server, empty; returns its URL. */
  create(name: string): Promise<string>
}

/** A fresh PostgreSQL with the demo data, for this run only. */
export async function startDatabase(
  scratchDir: string,
  customers: number,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<Database> {
  const server = await startEmbeddedPostgres({
    dataDir: resolve(scratchDir, 'database'),
    ephemeral: true,
    log,
  })
  cleanUp.add(() => server.stop())
  await server.ensureDatabase('bench')
  const url = server.url('bench')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await applyMigrations(client, 'prisma/migrations', { schema: 'public' })
    log(`seeding ${customers} customers`)
    await seedDemo(client, { customers, onProgress: () => {} })
    await client.query('VACUUM ANALYZE')
    await client.query('CHECKPOINT')
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return {
      url,
      pid: server.pid,
      version: rows[0]?.server_version ?? 'unknown',
      async create(name) {
        await server.ensureDatabase(name)
        return server.url(name)
      },
    }
  } finally {
    await client.end()
  }
}
