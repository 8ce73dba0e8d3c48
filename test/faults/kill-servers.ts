import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { tokensOf } from '../gateway.ts'
import type { OwnCluster } from '../server-cluster.ts'
import { chanceOf } from './chance.ts'
import { spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'
import { type Outcome, startLoad } from './load.ts'
import { readyAgain } from './ready-again.ts'
import { watchLog } from './watched-log.ts'

export interface KillServersOptions {
  readonly cluster: OwnCluster
  /** Name of the demo's database in it. */
  readonly database: string
  readonly kills: number
  readonly seed: number
  /** One line per kill. */
  report?(line: string): void
}

export interface ServerFigures {
  readonly kills: number
  /** Complete answers, each of which had its record. */
  readonly answers: number
  /** Answers 503 without data. */
  readonly denied: number
  readonly records: number
  readonly leastInFlight: number
  /** The longest time from the server being back to the gateway being ready, in milliseconds. */
  readonly slowestReadyMs: number
  readonly slowestAnswerMs: number
}

const CONCURRENCY = 64
/** A server is killed up to so many milliseconds after up to so many answers, and is down for up to so many. */
const LAST_ANSWER = 300
const LONGEST_AGONY_MS = 20
const LONGEST_DOWN_MS = 400
const DENIALS: ReadonlySet<string> = new Set(['503 DATABASE_UNAVAILABLE', '503 AUDIT_UNAVAILABLE'])

/**
 * kill -9 of the database server under a gateway that stays up: in turns the whole server, down for a random while, and
 * one single backend of the gateway's, for which the postmaster throws everybody out and recovers.
 * @throws what was promised and not kept
 */
export async function killServers(options: KillServersOptions): Promise<ServerFigures> {
  const { cluster, database, kills, seed, report } = options
  const chance = chanceOf(seed)
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-crash-'))
  const url = cluster.url(database)
  const gateway = spawnGateway({ env: { DATABASE_URL: url, DATA_DIR: dataDir } })
  const log = watchLog(url)
  const sum = {
    kills: 0,
    answers: 0,
    denied: 0,
    leastInFlight: CONCURRENCY,
    slowestReadyMs: 0,
    slowestAnswerMs: 0,
  }
  try {
    const endpoint = await gateway.ready()
    const token = await tokensOf(dataDir)(CLERK)
    for (let kill = 1; kill <= kills; kill++) {
      const name = `server kill ${kill}`
      const load = startLoad({ url: endpoint, token, concurrency: CONCURRENCY, name })
      await load.answered(Math.floor(chance() * LAST_ANSWER))
      await delay(chance() * LONGEST_AGONY_MS)
      const inFlight = load.inFlight
      const backAt = await (kill % 2 === 1
        ? crashAndRestart(cluster, chance() * LONGEST_DOWN_MS)
        : killOneBackend(url, chance()))
      const readyMs = (await readyAgain(endpoint, backAt)) - backAt
      await load.answered(CONCURRENCY)
      const outcomes = await load.stop()
      await log.readOn()
      const wrong = [
        ...log.objections(outcomes),
        ...outcomes.filter(isAmiss).map((outcome) => JSON.stringify(outcome)),
      ]
      if (wrong.length > 0)
        throw new Error(`${name}: ${wrong.length} objections, such as:\n${wrong.slice(0, 5).join('\n')}`)
      const answers = outcomes.filter(({ kind }) => kind === 'answered').length
      const denied = outcomes.length - answers
      sum.kills++
      sum.answers += answers
      sum.denied += denied
      sum.leastInFlight = Math.min(sum.leastInFlight, inFlight)
      sum.slowestReadyMs = Math.max(sum.slowestReadyMs, readyMs)
      sum.slowestAnswerMs = Math.max(sum.slowestAnswerMs, load.slowestMs)
      report?.(
        `${name}: ${answers} answers, ${denied} denied, ${inFlight} in flight, ready ${Math.round(readyMs)} ms after the server`,
      )
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${gateway.output()}`, { cause: error })
  } finally {
    await gateway.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...sum, records: log.size }
}

/** The gateway stays up, so no connection of a client may break, and what is denied is denied for the right reason. */
function isAmiss(outcome: Outcome): boolean {
  if (outcome.kind === 'denied') return !DENIALS.has(`${outcome.status} ${outcome.code}`)
  return outcome.kind === 'broken'
}

/** @returns when the server was back, by `performance.now()` */
async function crashAndRestart(cluster: OwnCluster, downMs: number): Promise<number> {
  await cluster.crash()
  await delay(downMs)
  await cluster.restart()
  return performance.now()
}

/** @returns when the server let somebody in again */
async function killOneBackend(url: string, which: number): Promise<number> {
  const { rows } = await once<{ pid: number }>(
    url,
    `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'purpose-gateway%' ORDER BY pid`,
  )
  const victim = rows[Math.floor(which * rows.length)]
  if (!victim) throw new Error('the gateway has no connection')
  process.kill(victim.pid, 'SIGKILL')
  // Until the postmaster has noticed, the others are still served.
  const noticed = Date.now() + 2_000
  while (Date.now() < noticed && (await lets(url))) await delay(5)
  while (!(await lets(url))) await delay(5)
  return performance.now()
}

async function lets(url: string): Promise<boolean> {
  return once(url, 'SELECT').then(
    () => true,
    () => false,
  )
}

async function once<Row extends pg.QueryResultRow>(url: string, text: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await client.query<Row>(text)
  } finally {
    await client.end().catch(() => undefined)
  }
}
