import type pg from 'pg'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { CliContext } from './command.ts'

interface AuditDatabase {
  /** Connects as the owner of the log. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

/**
 * The database of the log: that of AUDIT_DATABASE_URL, else of DATABASE_URL, else the embedded one of DATA_DIR, whether a
 * gateway runs it at this moment or not.
 *
 * @throws ExpectedFailure
 */
async function openAuditDatabase({ env, cwd, err }: CliContext): Promise<AuditDatabase> {
  const parsed = parseConfig(env, cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  const { auditDatabaseUrl, databaseUrl, dataDir } = parsed.config
  const { openLogOwner } = await import('../database/log-owner.ts')
  try {
    return await openLogOwner({ url: auditDatabaseUrl ?? databaseUrl, dataDir, log: err })
  } catch (error) {
    throw new ExpectedFailure(error instanceof Error ? error.message : 'the database cannot be opened')
  }
}

/**
 * Work on the database of the log, which is closed behind it.
 *
 * @throws ExpectedFailure also where there is no log in it
 */
export async function withAuditDatabase<T>(
  context: CliContext,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const database = await openAuditDatabase(context)
  try {
    return await work(database.pool)
  } catch (error) {
    // 42P01: no such table; 3F000: no such schema.
    const code = (error as { code?: unknown }).code
    throw code === '42P01' || code === '3F000'
      ? new ExpectedFailure('there is no log in this database; a gateway makes it when it starts')
      : error
  } finally {
    await database.close()
  }
}
