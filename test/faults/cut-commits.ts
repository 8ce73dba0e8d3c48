import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { tokensOf } from '../gateway.ts'
import { chanceOf } from './chance.ts'
import { type Fate, openFaultProxy, type Rule } from './fault-proxy.ts'
import { spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'
import { startLoad } from './load.ts'
import { readyAgain } from './ready-again.ts'
import { watchLog } from './watched-log.ts'

export interface CutCommitsOptions {
  /** The demo's database, as its owner. */
  readonly databaseUrl: string
  readonly cuts: number
  readonly seed: number
  /** One line per cut. */
  report?(line: string): void
}

export interface CutFigures {
  readonly cuts: number
  readonly answers: number
  /** Answers 503 without data. */
  readonly denied: number
  readonly records: number
  /** The longest time from the end of a fault to the gateway being ready, in milliseconds. */
  readonly slowestReadyMs: number
}

const CONCURRENCY = 64
const LAST_COMMIT = 30
const LONGEST_STALL_MS = 1_500
const AUDIT_DEADLINE_MS = 1_200
/** Either statement that commits a batch. */
const COMMIT = /audit_(?:commit|extend)/
const HIT_WITHIN_MS = 30_000
/** On the way to the server the commit itself is hit, on the way back its acknowledgement. */
const MOMENTS: readonly (readonly ['to-server' | 'to-client', Fate])[] = [
  ['to-server', 'cut'],
  ['to-server', 'halve'],
  ['to-server', 'stall'],
  ['to-server', 'pass-then-cut'],
  ['to-client', 'cut'],
  ['to-client', 'stall'],
]

/**
 * Breaks or stalls the connection in the middle of a commit, under load, again and again: the log's database is reached
 * through a proxy, and the reads are not.
 * @throws what was promised and not kept
 */
export async function cutCommits({
  databaseUrl,
  cuts,
  seed,
  report,
}: CutCommitsOptions): Promise<CutFigures> {
  const chance = chanceOf(seed)
  const { hostname, port } = new URL(databaseUrl)
  const proxy = await openFaultProxy(hostname, Number(port))
  const through = new URL(databaseUrl)
  through.port = String(proxy.port)
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-crash-'))
  const gateway = spawnGateway({
    env: {
      DATABASE_URL: databaseUrl,
      AUDIT_DATABASE_URL: through.href,
      DATA_DIR: dataDir,
      AUDIT_DEADLINE_MS: String(AUDIT_DEADLINE_MS),
    },
  })
  const log = watchLog(databaseUrl)
  const sum = { cuts: 0, answers: 0, denied: 0, slowestReadyMs: 0 }
  try {
    const endpoint = await gateway.ready()
    const token = await tokensOf(dataDir)(CLERK)
    for (let cut = 1; cut <= cuts; cut++) {
      const name = `cut ${cut}`
      const [direction, fate] = MOMENTS[Math.floor(chance() * MOMENTS.length)] ?? ['to-server', 'cut']
      const load = startLoad({ url: endpoint, token, concurrency: CONCURRENCY, name })
      await load.answered(1)
      let hit: () => void = () => undefined
      const fault = new Promise<void>((resolve) => {
        hit = resolve
      })
      proxy.rule = nthCommit(1 + Math.floor(chance() * LAST_COMMIT), direction, fate, hit)
      const late = delay(HIT_WITHIN_MS, 'missed', { ref: false })
      if ((await Promise.race([fault, late])) === 'missed') throw new Error(`${name}: no commit to hit`)
      if (fate === 'stall') await delay(chance() * LONGEST_STALL_MS)
      proxy.rule = undefined
      proxy.resume()
      const endedAt = performance.now()
      const readyMs = (await readyAgain(endpoint, endedAt)) - endedAt
      await load.answered(CONCURRENCY)
      const outcomes = await load.stop()
      await log.readOn()
      const amiss = outcomes.filter(
        (o) =>
          o.kind === 'broken' || (o.kind === 'denied' && `${o.status} ${o.code}` !== '503 AUDIT_UNAVAILABLE'),
      )
      const wrong = [...log.objections(outcomes), ...amiss.map((outcome) => JSON.stringify(outcome))]
      if (wrong.length > 0)
        throw new Error(`${name}: ${wrong.length} objections, such as:\n${wrong.slice(0, 5).join('\n')}`)
      const answers = outcomes.filter(({ kind }) => kind === 'answered').length
      sum.cuts++
      sum.answers += answers
      sum.denied += outcomes.length - answers
      sum.slowestReadyMs = Math.max(sum.slowestReadyMs, readyMs)
      report?.(
        `${name}: ${fate} ${direction}, ${answers} answers, ${outcomes.length - answers} denied, ready after ${Math.round(readyMs)} ms`,
      )
    }
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${gateway.output()}`, { cause: error })
  } finally {
    await gateway.kill('SIGKILL')
    await proxy.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...sum, records: log.size }
}

/**
 * The fate of the n-th commit from now on, or of its answer. A statement is named when it is prepared, and after that only in
 * the message that binds it.
 */
function nthCommit(nth: number, direction: 'to-server' | 'to-client', fate: Fate, hit: () => void): Rule {
  let commits = 0
  let asked: number | undefined
  let over = false
  return (way, text, connection) => {
    if (over) return 'pass'
    if (way === 'to-server' && COMMIT.test(text)) {
      commits++
      if (commits < nth) return 'pass'
      asked = connection
      if (direction === 'to-client') return 'pass'
    } else if (way !== direction || connection !== asked || asked === undefined) return 'pass'
    over = true
    hit()
    return fate
  }
}
