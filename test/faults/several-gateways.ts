import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokensOf } from '../gateway.ts'
import { spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'
import { startLoad } from './load.ts'
import { watchLog } from './watched-log.ts'

export interface SeveralGatewaysOptions {
  /** The demo's database, as its owner. */
  readonly databaseUrl: string
  readonly gateways: number
  /** Answers that each gateway must give while all are under load. */
  readonly answersEach: number
}

export interface SeveralFigures {
  readonly gateways: number
  readonly answers: number
  readonly records: number
  /** Answers of the gateway with the fewest over those of the one with the most: 1 is fair, 0 is starved. */
  readonly fairness: number
}

const CONCURRENCY = 16

/**
 * Several gateways write one log under load, until each has given its answers; then one is killed, and the others go on.
 * @throws what was promised and not kept
 */
export async function severalGateways(options: SeveralGatewaysOptions): Promise<SeveralFigures> {
  const { databaseUrl, gateways: count, answersEach } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-crash-'))
  const env = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    GATEWAY_SECRET: 'the same for all gateways of one log',
  }
  const gateways = Array.from({ length: count }, () => spawnGateway({ env }))
  const log = watchLog(databaseUrl)
  try {
    const urls = await Promise.all(gateways.map((gateway) => gateway.ready()))
    const token = await tokensOf(dataDir)(CLERK)
    const loads = urls.map((url, i) =>
      startLoad({ url, token, concurrency: CONCURRENCY, name: `gateway ${i}` }),
    )
    await Promise.all(loads.map((load) => load.answered(answersEach)))
    const answersOf = (load: (typeof loads)[number]) =>
      load.outcomes.filter(({ kind }) => kind === 'answered').length
    const counts = loads.map(answersOf)
    await gateways[0]?.kill('SIGKILL')
    const [, ...others] = loads
    await Promise.all(others.map((load) => load.answered(CONCURRENCY)))
    const outcomes = (await Promise.all(loads.map((load) => load.stop()))).flat()
    await log.readOn()
    const broken = others.flatMap((load) => load.outcomes.filter(({ kind }) => kind !== 'answered'))
    const wrong = [...log.objections(outcomes), ...broken.map((outcome) => JSON.stringify(outcome))]
    if (wrong.length > 0)
      throw new Error(`${wrong.length} objections, such as:\n${wrong.slice(0, 5).join('\n')}`)
    const answers = outcomes.filter(({ kind }) => kind === 'answered').length
    return {
      gateways: count,
      answers,
      records: log.size,
      fairness: Math.min(...counts) / Math.max(...counts),
    }
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.kill('SIGKILL')))
    await rm(dataDir, { recursive: true, force: true })
  }
}
