import { hostname, userInfo } from 'node:os'
import type { Session } from '../audit/session.ts'
import { withAuditDatabase } from './audit-database.ts'
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
  return withAuditDatabase(context, async (pool) => {
    const { withSession } = await import('../audit/session.ts')
    return withSession(pool, STATEMENT_MS, work)
  })
}
