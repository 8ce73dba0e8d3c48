import type { CleanUp } from '../clean-up.ts'
import type { Database } from '../database.ts'
import type { Figure } from '../figure.ts'
import { createLog } from './create-log.ts'
import { runWriter } from './writer/run-writer.ts'

/** Accesses under way at the same time: as many as a busy gateway has, and as many as it lets wait. */
const APPENDERS = [512, 2_000]

/** The writer of one process alone, each record durable. */
export async function measureAppending(
  database: Database,
  seconds: number,
  cleanUp: CleanUp,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const appenders of APPENDERS) {
    const log = await createLog(database, `log_of_${appenders}`)
    const result = await runWriter({ url: log.auditorUrl, appenders, until: { seconds } }, cleanUp)
    const what = `appending, ${appenders} under way`
    figures.push(
      { what, value: result.recordsPerSecond, unit: 'records/s', goal: { atLeast: 10_000 } },
      { what: `${what}, wait at the median`, value: result.p50Ms, unit: 'ms' },
      { what: `${what}, wait at p99`, value: result.p99Ms, unit: 'ms' },
    )
  }
  return figures
}
