import type { CleanUp } from '../../clean-up.ts'
import type { Database } from '../../database.ts'
import type { Figure } from '../../figure.ts'
import { createLog } from '../../log/create-log.ts'
import { runChild } from '../../run-child.ts'
import type { HeadResult, HeadTask } from './writer/task.ts'

const SESSIONS = [1, 2, 4, 8]
/** Of each batch: as few as there can be, and as many as a busy gateway sends. */
const RECORDS = [1, 25]

/**
 * How many batches the head of one log takes, from however many gateways: each holds the head's row until it is durable, so
 * this is what bounds all of them together.
 */
export async function measureHead(
  database: Database,
  seconds: number,
  cleanUp: CleanUp,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const records of RECORDS)
    for (const sessions of SESSIONS) {
      const log = await createLog(database, `head_of_${sessions}_by_${records}`)
      const task: HeadTask = { url: log.auditorUrl, sessions, records, seconds }
      const result = (await runChild(['bench/scale/head/writer/main.ts'], task, cleanUp)) as HeadResult
      const what = `batches of ${records} from ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`
      figures.push(
        { what, value: result.batchesPerSecond, unit: 'batches/s' },
        { what: `${what}, wait at the median`, value: result.p50Ms, unit: 'ms' },
      )
    }
  return figures
}
