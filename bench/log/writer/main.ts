import { json } from 'node:stream/consumers'
import type { AccessLog } from '../../../src/audit/access.ts'
import { openAccessLog } from '../../../src/audit/log.ts'
import { parseSigner } from '../../../src/audit/note/note-key.ts'
import { startCheckpointer } from '../../../src/audit/signing/checkpointer.ts'
import { openPool } from '../../../src/database/pools.ts'
import { percentile } from '../../statistics.ts'
import { POLICY_HASH, POLICY_TEXT, pointAccess } from '../point-access.ts'
import type { WriterResult, WriterTask } from './task.ts'

/** One process's writer, as a gateway has it, with nothing else to do. */
const { url, appenders, until, signer } = (await json(process.stdin)) as WriterTask
const WARM_UP_SECONDS = 2
const DEADLINE_MS = 5_000
const signing = signer === undefined ? undefined : parseSigner(signer)
const pool = openPool({
  url,
  applicationName: 'bench writer',
  size: 6,
  statementTimeoutMs: DEADLINE_MS,
  connectionTimeoutMs: DEADLINE_MS,
})
const checkpointer =
  signing &&
  (await startCheckpointer({
    pool,
    signers: [signing],
    instance: 'bench',
    stepMs: DEADLINE_MS,
    now: Date.now,
    note: console.error,
  }))
const log = openAccessLog({
  pool,
  instance: 'bench',
  queueSize: appenders,
  deadlineMs: DEADLINE_MS,
  now: Date.now,
})
await log.registerPolicy(POLICY_HASH, POLICY_TEXT)
if ('seconds' in until) await append(log, { seconds: WARM_UP_SECONDS })
const result = await append(log, until)
await log.close()
await checkpointer?.close()
await pool.end()
process.stdout.write(JSON.stringify(result))

/** Each appender hands over its next access as soon as the last one is durable. */
async function append(to: AccessLog, end: WriterTask['until']): Promise<WriterResult> {
  const latencies: number[] = []
  const begun = performance.now()
  let serial = 0
  const more =
    'seconds' in end ? () => performance.now() - begun < end.seconds * 1000 : () => serial < end.records
  const appender = async (): Promise<void> => {
    while (more()) {
      const handedOver = performance.now()
      await to.append(pointAccess(serial++))
      latencies.push(performance.now() - handedOver)
    }
  }
  await Promise.all(Array.from({ length: appenders }, appender))
  const seconds = (performance.now() - begun) / 1000
  return {
    records: latencies.length,
    recordsPerSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
  }
}
