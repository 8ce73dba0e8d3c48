import type { Pool } from 'pg'
import type { AccessLog } from './audit/access.ts'
import { openAccessLog } from './audit/log.ts'
import { poolStats } from './database/pools.ts'
import { openSigning } from './open-signing.ts'
import type { ServeOptions, Undo } from './serve-options.ts'
import type { Instruments } from './telemetry/instruments.ts'

export interface LogParts {
  /** Connects as the auditor. */
  readonly auditor: Pool
  readonly instruments: Instruments
  /** Of this process, as it stands in its records. */
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The access log, signed where this gateway signs; the policy in force is on record when it resolves. */
export async function openLog(
  options: ServeOptions,
  { auditor, instruments, instance, now }: LogParts,
  opened: Undo[],
): Promise<AccessLog> {
  const { config, policy, log } = options
  const signing = await openSigning({ config, auditor, instance, now, log })
  if (signing) {
    opened.push(() => signing.close())
    instruments.observeSigning(() => signing.fault !== undefined)
  }
  const open = options.openLog ?? openAccessLog
  const accessLog = open({
    pool: auditor,
    instance,
    queueSize: config.audit.queueSize,
    deadlineMs: config.audit.deadlineMs,
    now,
    observe: {
      committed: (records, seconds) => instruments.auditCommit(seconds * 1000, records),
      failed: () => undefined,
    },
  })
  opened.push(() => accessLog.close())
  instruments.observePool('auditor', () => poolStats(auditor))
  instruments.observeQueue(() => accessLog.queueDepth)
  await accessLog.registerPolicy(policy.hash, policy.text)
  return accessLog
}
