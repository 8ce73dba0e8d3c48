import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { inject } from 'vitest'

export interface TestDatabase {
  /** Connection URL of the superuser. */
  readonly url: string
  readonly name: string
  /** Cuts off whoever is still connected. */
  drop(): Promise<void>
}

const DEMO = 'template_demo'
const DEMO_CUSTOMERS = 60
/** Of the advisory lock under which the template is made; any number that nobody else takes. */
const TEMPLATE_LOCK = 7_302_011
const SESSIONS_END_MS = 1_000

/**
 * A database of its own for a test file, on the server of this run.
 * @param options.template `empty` (default), or `demo`: the demo's tables with 60 customers, cloned from a template that
 * the first caller of the run makes
 */
export async function createTestDatabase(
  options: { readonly template?: 'empty' | 'demo' } = {},
): Promise<TestDatabase> {
  const server = inject('testServer')
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await withClient(server, async (client) => {
    if (options.template === 'demo') await ensureDemoTemplate(client, server)
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${options.template === 'demo' ? DEMO : 'template0'}`)
  })
  const drop = () =>
    withClient(server, async (client) => {
      await sessionsEnded(client, name)
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    })
  return { url: urlOf(server, name), name, drop }
}

/**
 * A pool that has ended says goodbye to the server a moment later; ended by force meanwhile, its connection has an error that
 * nobody listens to any more. Whoever stays on is ended by force.
 */
async function sessionsEnded(client: pg.Client, database: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < SESSIONS_END_MS; waitedMs += 10) {
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [database])
    if (rowCount === 0) return
    await delay(10)
  }
}

async function ensureDemoTemplate(client: pg.Client, server: string): Promise<void> {
  // Held until this session ends; the other workers wait here for the first.
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DEMO])
  if (rowCount === 0) {
    const making = `${DEMO}_making`
    await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${making} TEMPLATE template0`)
    await withClient(urlOf(server, making), fillDemo)
    // Under its own name only when it is whole: a failed attempt is made again by the next caller.
    await client.query(`ALTER DATABASE ${making} RENAME TO ${DEMO}`)
  }
  await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
}

async function fillDemo(client: pg.Client): Promise<void> {
  const { applyMigrations } = await import('../src/database/migrations.ts')
  const { seedDemo } = await import('../prisma/seed/seed.ts')
  const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url))
  await applyMigrations(client, migrations, { schema: 'public' })
  await seedDemo(client, { customers: DEMO_CUSTOMERS, onProgress: () => {} })
}

function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
