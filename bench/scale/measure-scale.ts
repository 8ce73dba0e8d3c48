import { type CleanUp, createCleanUp } from '../clean-up.ts'
import type { Database } from '../database.ts'
import type { Setup } from '../peers/peer.ts'
import { measureGateways } from './gateways/measure-gateways.ts'
import { measureGrowth } from './growth/measure-growth.ts'
import { sizesUpTo } from './growth/sizes.ts'
import { startGrown } from './growth/start-grown.ts'
import { measureHead } from './head/measure-head.ts'
import type { ScaleReport } from './scale-report.ts'
import { LARGE_ROWS } from './stalls/large-answers.ts'
import { measureStalls } from './stalls/measure-stalls.ts'

export interface ScaleSetting {
  readonly connections: number
  readonly customers: number
  /** Customers of the largest database. */
  readonly growTo: number
  readonly rounds: number
  readonly seconds: number
}

/** Many customers, large answers, several gateways; one after the other. */
export async function measureScale(
  setup: Setup,
  database: Database,
  setting: ScaleSetting,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<ScaleReport> {
  const options = { ...setting, databasePid: database.pid }
  // What one part starts is gone before the next one measures.
  const alone = async <T>(part: (own: CleanUp) => Promise<T>): Promise<T> => {
    const own = createCleanUp()
    const forget = cleanUp.add(() => own.run())
    const result = await part(own)
    await own.run()
    forget()
    return result
  }
  const { growth, stalls } = await alone(async (own) => {
    log(`bench: growing to ${setting.growTo} customers`)
    const sizes = await startGrown(sizesUpTo(setting.growTo), setup, log, own)
    const growth = await measureGrowth(sizes, { ...options, cleanUp: own }, log)
    log('bench: point reads beside large answers')
    const large = sizes.find(({ customers }) => customers >= LARGE_ROWS)
    const stalls = large ? await measureStalls(large.setup, { ...setting, cleanUp: own }, log) : []
    return { growth, stalls }
  })
  log('bench: two gateways on one database')
  const gateways = await alone((own) => measureGateways(setup, { ...options, cleanUp: own }, log))
  log('bench: the head of the log')
  const head = await alone((own) => measureHead(database, setting.seconds, own))
  return { growth, stalls, figures: [...gateways, ...head] }
}
