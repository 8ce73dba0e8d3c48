import type { Pool } from 'pg'
import { openSession, type Session } from './session.ts'

/** A session that is opened when it is wanted, and again after it was lost. */
export interface KeptSession {
  /**
   * INVARIANT (one connection): every await on the session goes through here, so a failure always destroys it. Calls must
   * not overlap.
   */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>
  release(): void
}

/** @param failed told of each failure, once the session is destroyed */
export function keepSession(pool: Pool, timeoutMs: number, failed: () => void): KeptSession {
  let session: Session | undefined
  return {
    async use(work) {
      try {
        if (session?.alive === false) session.destroy()
        if (!session?.alive) session = await openSession(pool, timeoutMs)
        return await work(session)
      } catch (error) {
        session?.destroy()
        session = undefined
        failed()
        throw error
      }
    },
    release() {
      session?.release()
      session = undefined
    },
  }
}
