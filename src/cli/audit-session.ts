import { hostname, userInfo } from 'node:os'
import type { Session } from '../audit/session.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { openAuditDatabase } from './audit-database.ts'
import type { CliContext } from './command.ts'

/** Longest wait for one statement; deleting a year of records takes a while. */
const STATEMENT_MS = 600_000

/** Who acts, as the record names it: the account of the system. */
export const actorOf = (command: string) => ({
  by: { subject: userInfo().username, app: `purpose-gateway ${command}` },
  instance: `${hostname()}:${process.pid}`,
})

/**
 * Runs `work` on a session of the log as its owner, and closes everything behind it.
 *
 * @throws ExpectedFailure
 */
export async function withAuditSession<T>(
  context: CliContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const database = await openAuditDatabase(context)
  try {
    const { withSession } = await import('../audit/session.ts')
    return await withSession(database.pool, STATEMENT_MS, work)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw code === '42P01' || code === '3F000'
      ? new ExpectedFailure('there is no log in this database; a gateway makes it when it starts')
      : error
  } finally {
    await database.close()
  }
}
