import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import { within } from './within.ts'

/** One connection that the log holds. After any error or timeout it must be destroyed: what it was doing is unknown. */
export interface Session {
  query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>>
  /** False: the connection was lost while nobody was looking. */
  readonly alive: boolean
  release(): void
  destroy(): void
}

/**
 * All statements of the log find their rows by key. A session keeps its plans, and a plan made while the tables were small
 * would read them from end to end when they have grown.
 */
const PLANS = `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off`

/**
 * A connection on which a commit means durable. `synchronous_commit` is set here whatever the role or the server says, and
 * the commit statement checks it again, so a pooler that resets sessions makes the log fail, not lie. `statement_timeout`
 * ends a statement whose client is gone, so that it cannot hold the head row for ever; it does not interrupt a commit.
 */
export async function openSession(pool: Pool, timeoutMs: number): Promise<Session> {
  const connecting = pool.connect()
  let client: Awaited<typeof connecting>
  try {
    client = await within(connecting, timeoutMs)
  } catch (error) {
    connecting.then(
      (late) => late.release(),
      () => undefined,
    )
    throw error
  }
  let alive = true
  const lost = () => {
    alive = false
  }
  // Without a listener the loss of a connection between two statements would end the process.
  client.on('error', lost)
  const letGo = (destroy: boolean) => {
    if (!held) return
    held = false
    alive = false
    client.off('error', lost)
    client.release(destroy)
  }
  let held = true
  const session: Session = {
    query: (query) => within(client.query(query), timeoutMs),
    get alive() {
      return alive
    },
    release: () => letGo(false),
    destroy: () => letGo(true),
  }
  try {
    await session.query({
      text: `SET synchronous_commit = on; SET statement_timeout = ${Math.ceil(timeoutMs)}; ${PLANS}`,
    })
    return session
  } catch (error) {
    session.destroy()
    throw error
  }
}

/** For one piece of work. A failure ends its transaction too, wherever it stood. */
export async function withSession<T>(
  pool: Pool,
  timeoutMs: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(pool, timeoutMs)
  try {
    const result = await work(session)
    session.release()
    return result
  } catch (error) {
    session.destroy()
    throw error
  }
}
