import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { tokensOf } from '../gateway.ts'
import { chanceOf } from './chance.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'
import { startLoad } from './load.ts'
import { watchLog } from './watched-log.ts'

export interface KillGatewaysOptions {
  /** The demo's database, as its owner. */
  readonly databaseUrl: string
  readonly kills: number
  readonly seed: number
  /** One line per kill. */
  report?(line: string): void
}

export interface GatewayFigures {
  readonly kills: number
  /** Complete answers, each of which had its record. */
  readonly answers: number
  /** Requests that were under way when their gateway was killed. */
  readonly brokenOff: number
  /** Records of answers that nobody got. */
  readonly unclaimed: number
  readonly records: number
  /** The fewest requests under way at a kill. */
  readonly leastInFlight: number
}

/** Gateways that write one log at the same time: while one dies, the other goes on. */
export const LANES = 2
const CONCURRENCY = 64
/** A gateway is killed up to so many milliseconds after up to so many answers: a slow machine dies no earlier. */
const LAST_ANSWER = 300
const LONGEST_AGONY_MS = 20
export const CLERK = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] } as const

/**
 * kill -9 of a gateway under load, at a random moment, then a new one on the same database, again and again.
 * @throws what was promised and not kept
 */
export async function killGateways(options: KillGatewaysOptions): Promise<GatewayFigures> {
  const { databaseUrl, kills, seed, report } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-crash-'))
  const env = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    GATEWAY_SECRET: 'the same for all gateways of one log',
  }
  const log = watchLog(databaseUrl)
  const token = await tokensOf(dataDir)(CLERK)
  const alive = new Set<GatewayProcess>()
  const sum = { kills: 0, answers: 0, brokenOff: 0, unclaimed: 0, leastInFlight: CONCURRENCY }
  let begun = 0
  let failed = false
  let reading = Promise.resolve()
  /** One reader at a time, whichever lane asks. */
  const readOn = () => {
    reading = reading.then(() => log.readOn())
    return reading
  }

  async function liveAndDie(gateway: GatewayProcess, name: string, chance: () => number): Promise<void> {
    const load = startLoad({ url: await gateway.ready(), token, concurrency: CONCURRENCY, name })
    await Promise.race([load.answered(1 + Math.floor(chance() * LAST_ANSWER)), gateway.exited])
    await delay(chance() * LONGEST_AGONY_MS)
    const inFlight = load.inFlight
    const { signal } = await gateway.kill('SIGKILL')
    alive.delete(gateway)
    if (signal !== 'SIGKILL') throw new Error(`the gateway ended before it was killed:\n${gateway.output()}`)
    const outcomes = await load.stop()
    await readOn()
    const denied = outcomes.filter(({ kind }) => kind === 'denied')
    const wrong = [...log.objections(outcomes), ...denied.map((outcome) => JSON.stringify(outcome))]
    if (wrong.length > 0)
      throw new Error(`${wrong.length} objections, such as:\n${wrong.slice(0, 5).join('\n')}`)
    const answers = outcomes.filter(({ kind }) => kind === 'answered').length
    const unclaimed = log.unclaimed(outcomes)
    sum.kills++
    sum.answers += answers
    sum.brokenOff += inFlight
    sum.unclaimed += unclaimed
    sum.leastInFlight = Math.min(sum.leastInFlight, inFlight)
    report?.(`${name}: ${answers} answers, ${inFlight} in flight, ${unclaimed} unclaimed`)
  }

  async function lane(number: number): Promise<void> {
    const chance = chanceOf(seed + number)
    while (begun < kills && !failed) {
      const name = `kill ${++begun}`
      const gateway = spawnGateway({ env })
      alive.add(gateway)
      await liveAndDie(gateway, name, chance)
    }
  }

  try {
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
    await readOn()
  } catch (error) {
    failed = true
    throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
  } finally {
    await Promise.all([...alive].map((gateway) => gateway.kill('SIGKILL')))
    await rm(dataDir, { recursive: true, force: true })
  }
  if (sum.answers < kills)
    throw new Error(`seed ${seed}: ${sum.answers} answers in ${kills} lives prove nothing`)
  return { ...sum, records: log.size }
}
