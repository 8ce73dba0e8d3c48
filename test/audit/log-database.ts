import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { AccessLog } from '../../src/audit/access.ts'
import { AUDITOR_GRANTS } from '../../src/audit/grants.ts'
import { type AccessLogOptions, openAccessLog } from '../../src/audit/log.ts'
import { connectionUrlOf } from '../../src/database/connection-url.ts'
import { applyMigrations } from '../../src/database/migrations.ts'
import { createTestDatabase } from '../database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/gateway/migrations', import.meta.url))

/** The gateway's tables in a database of their own, seen by the owner; logs on it write as the auditor. */
export interface LogDatabase {
  readonly owner: pg.Pool
  readonly auditorUrl: string
  /** A log that `drop` closes; through a proxy where a port is given. */
  open(options?: Partial<AccessLogOptions> & { readonly port?: number }): AccessLog
  rows(): Promise<readonly StoredRow[]>
  drop(): Promise<void>
}

export interface StoredRow {
  readonly index: string
  readonly batch: string | null
  readonly record: Buffer
  readonly at: Date
  readonly outcome: string
  readonly purpose: string | null
  readonly subject: string | null
  readonly app: string | null
}

export async function createLogDatabase(): Promise<LogDatabase> {
  const database = await createTestDatabase()
  const auditorUrl = await prepareLog(database.url, database.name)
  return logDatabaseOn(database.url, auditorUrl, () => database.drop())
}

/** Migrations and role on any database; returns the auditor's URL. */
export async function prepareLog(ownerUrl: string, name: string, migrations = MIGRATIONS): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  await applyMigrations(client, migrations, { schema: 'gateway' })
  const role = `auditor_of_${name}`
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA gateway TO ${role}`)
  for (const { table, privileges } of AUDITOR_GRANTS)
    await client.query(`GRANT ${privileges.join(', ')} ON ${table.schema}.${table.name} TO ${role}`)
  await client.end()
  return connectionUrlOf(ownerUrl, role, 'secret')
}

export function logDatabaseOn(
  ownerUrl: string,
  auditorUrl: string,
  dropped: () => Promise<void>,
): LogDatabase {
  const owner = new pg.Pool({ connectionString: ownerUrl })
  owner.on('error', () => undefined)
  const opened: { log: AccessLog; pool: pg.Pool }[] = []
  return {
    owner,
    auditorUrl,
    open({ port, ...options } = {}) {
      const url = new URL(auditorUrl)
      if (port !== undefined) url.port = String(port)
      const pool = options.pool ?? new pg.Pool({ connectionString: url.href, max: 3 })
      const log = openAccessLog({
        instance: 'test-gateway',
        queueSize: 4_096,
        deadlineMs: 5_000,
        now: Date.now,
        ...options,
        pool,
      })
      opened.push({ log, pool })
      return log
    },
    async rows() {
      const result = await owner.query<StoredRow>('SELECT * FROM gateway.access_record ORDER BY index')
      return result.rows
    },
    async drop() {
      for (const { log, pool } of opened) {
        await log.close()
        if (!pool.ended) await pool.end()
      }
      await owner.end()
      await dropped()
    },
  }
}
