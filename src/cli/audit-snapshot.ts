import type pg from 'pg'
import { openAuditDatabase } from './audit-database.ts'
import type { CliContext } from './command.ts'

/** Runs `work` on one connection that sees the log as it is at this moment, and changes nothing. */
export async function inSnapshot<T>(
  context: CliContext,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const database = await openAuditDatabase(context)
  try {
    const client = await database.pool.connect()
    try {
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
      await client.query('SET LOCAL jit = off')
      return await work(client)
    } finally {
      client.release(true)
    }
  } finally {
    await database.close()
  }
}
