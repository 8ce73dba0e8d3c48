import { createHash } from 'node:crypto'
import { json } from 'node:stream/consumers'
import { createAppender } from '../../../../src/audit/appender.ts'
import type { Batch, NewRecord } from '../../../../src/audit/batch.ts'
import { recordId } from '../../../../src/audit/record-id.ts'
import { sealed } from '../../../../src/audit/seal.ts'
import { openSession, type Session } from '../../../../src/audit/session.ts'
import { openPool } from '../../../../src/database/pools.ts'
import { pointAccess } from '../../../log/point-access.ts'
import { percentile } from '../../../statistics.ts'
import type { HeadResult, HeadTask } from './task.ts'

/** What many gateways do to the head of one log: each session appends its next batch when the last one is durable. */
const { url, sessions, records, seconds } = (await json(process.stdin)) as HeadTask
const DEADLINE_MS = 5_000
const WARM_UP_SECONDS = 1
const COMMITMENT = createHash('sha256').update('somebody').digest('base64url')
const pool = openPool({
  url,
  applicationName: 'bench head',
  size: sessions,
  statementTimeoutMs: DEADLINE_MS,
  connectionTimeoutMs: DEADLINE_MS,
})
const open = await Promise.all(Array.from({ length: sessions }, () => openSession(pool, DEADLINE_MS)))
const writers = open.map((session) => ({ session, appender: createAppender() }))
let serial = 0
await append(WARM_UP_SECONDS)
const result = await append(seconds)
for (const session of open) session.release()
await pool.end()
process.stdout.write(JSON.stringify(result))

async function append(forSeconds: number): Promise<HeadResult> {
  const latencies: number[] = []
  const begun = performance.now()
  const write = async (session: Session, appender: ReturnType<typeof createAppender>): Promise<void> => {
    while (performance.now() - begun < forSeconds * 1000) {
      const batch = nextBatch()
      const sent = performance.now()
      await appender.append(session, batch)
      latencies.push(performance.now() - sent)
    }
  }
  await Promise.all(writers.map(({ session, appender }) => write(session, appender)))
  return {
    batchesPerSecond: latencies.length / ((performance.now() - begun) / 1000),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  }
}

function nextBatch(): Batch {
  return { id: recordId(), records: Array.from({ length: records }, nextRecord).flat() }
}

function nextRecord(): readonly NewRecord[] {
  const context = { id: recordId(), instance: 'bench', commitments: [COMMITMENT], folded: undefined }
  return sealed(pointAccess(serial++), context)
}
