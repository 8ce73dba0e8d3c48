import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { AUDITOR_GRANTS } from '../../src/audit/grants.ts'
import { auditorRole } from '../../src/database/auditor-role.ts'
import { connectionUrlOf } from '../../src/database/connection-url.ts'
import { ensureRole } from '../../src/database/ensure-role.ts'
import { applyMigrations } from '../../src/database/migrations.ts'
import { rolePassword } from '../../src/database/role-password.ts'
import type { Database } from '../database.ts'

export interface EmptyLog {
  readonly ownerUrl: string
  /** As the role that a gateway writes as. */
  readonly auditorUrl: string
}

/**
 * A log in a database of its own, with the triggers and the role that a gateway sets up.
 *
 * @throws Error where the server does not flush to disk: figures of such a log are worth nothing
 */
export async function createLog(database: Database, name: string): Promise<EmptyLog> {
  const ownerUrl = await database.create(name)
  const secret = randomBytes(32).toString('hex')
  const role = auditorRole(name, AUDITOR_GRANTS)
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await applyMigrations(owner, 'prisma/gateway/migrations', { schema: 'gateway' })
    await ensureRole(owner, role, { url: ownerUrl, secret })
    const { rows } = await owner.query<{ durable: boolean }>(
      `SELECT current_setting('fsync')::bool AND current_setting('full_page_writes')::bool AS durable`,
    )
    if (rows[0]?.durable !== true) throw new Error('the server of the log does not flush to disk')
  } finally {
    await owner.end()
  }
  return { ownerUrl, auditorUrl: connectionUrlOf(ownerUrl, role.name, rolePassword(secret, role.name)) }
}
