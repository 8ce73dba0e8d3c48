import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { CleanUp } from '../clean-up.ts'
import type { Database } from '../database.ts'
import { runWriter } from './writer/run-writer.ts'

const APPENDERS = 2_000
const LOOK_EVERY_MS = 1_000
const SIGNED_WITHIN_MS = 600_000

/**
 * Fills the log of a gateway that runs, as another gateway beside it would, and waits until it has signed what was written and
 * PostgreSQL has tidied up: neither is to be done while something else is measured.
 */
export async function fillLog(
  database: Database,
  records: number,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<void> {
  log(`bench: filling the gateway's log with ${records} records`)
  const filled = await runWriter({ url: database.url, appenders: APPENDERS, until: { records } }, cleanUp)
  log(`  filled at ${filled.recordsPerSecond.toFixed(0)}/s; waiting for its checkpoint`)
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  try {
    await signed(owner)
    await owner.query('VACUUM ANALYZE gateway.access_record, gateway.tree_node, gateway.log_head')
    await owner.query('CHECKPOINT')
  } finally {
    await owner.end()
  }
}

async function signed(owner: pg.Client): Promise<void> {
  const deadline = Date.now() + SIGNED_WITHIN_MS
  for (;;) {
    const { rows } = await owner.query<{ done: boolean | null }>(
      `SELECT max(c.size) >= max(h.size - h.first_index) AS done
       FROM gateway.log_head h JOIN gateway.checkpoint c ON c.origin = h.origin`,
    )
    if (rows[0]?.done === true) return
    if (Date.now() > deadline) throw new Error('the gateway has not signed the log that it was filled with')
    await delay(LOOK_EVERY_MS)
  }
}
