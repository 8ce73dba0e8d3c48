import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { AccessLog } from './audit/access.ts'

/** Longer than a database takes that is only busy, shorter than the patience of most who ask. */
const READY_WITHIN_MS = 2_000

/** Whether both databases answer, the governed one and that of the log. */
export function readinessOf(reads: Pool, log: Pick<AccessLog, 'ping'>): () => Promise<boolean> {
  return () => {
    const read = reads.query('SELECT 1').then(
      () => true,
      () => false,
    )
    const both = Promise.all([read, log.ping()]).then((answers) => answers.every(Boolean))
    // A database that hangs must not hang who asks whether it does.
    return Promise.race([both, delay(READY_WITHIN_MS, false, { ref: false })])
  }
}
