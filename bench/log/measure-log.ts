import type { CleanUp } from '../clean-up.ts'
import type { Database } from '../database.ts'
import { gatewayWithoutLog } from '../peers/gateway-without-log/peer.ts'
import type { Setup } from '../peers/peer.ts'
import { type RunningPeer, startPeer } from '../peers/start-peer.ts'
import type { LogReport } from './log-report.ts'
import { measureAppending } from './measure-appending.ts'
import { measureCost } from './measure-cost.ts'
import { measureKept } from './measure-kept.ts'

export interface LogSetting {
  readonly customers: number
  readonly rounds: number
  readonly seconds: number
  /** Of the log that is verified. */
  readonly records: number
}

/** Everything about the log, one after the other. */
export async function measureLog(
  gateway: RunningPeer,
  setup: Setup,
  database: Database,
  setting: LogSetting,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<LogReport> {
  log('bench: appending to the log')
  const appending = await measureAppending(database, setting.seconds, cleanUp)
  log(`bench: a log of ${setting.records} records`)
  const kept = await measureKept(database, setting.records, log, cleanUp)
  log('bench: what the log costs the point read')
  const withoutLog = await startPeer(gatewayWithoutLog, setup, cleanUp)
  const options = { ...setting, databasePid: database.pid, cleanUp }
  const costs = await measureCost(gateway, withoutLog, options, log)
  return { figures: [...appending, ...kept], costs }
}
