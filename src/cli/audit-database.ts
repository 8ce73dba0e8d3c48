import type pg from 'pg'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { CliContext } from './command.ts'

export interface AuditDatabase {
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
export async function openAuditDatabase({ env, cwd, err }: CliContext): Promise<AuditDatabase> {
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
