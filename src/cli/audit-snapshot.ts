import type pg from 'pg'
import { withAuditDatabase } from './audit-database.ts'
import type { CliContext } from './command.ts'

/** Runs `work` on one connection that sees the log as it is at this moment, and changes nothing. */
export async function inSnapshot<T>(
  context: CliContext,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return withAuditDatabase(context, async (pool) => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
      await client.query('SET LOCAL jit = off')
      return await work(client)
    } finally {
      client.release(true)
    }
  })
}
