import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CleanUp } from '../../clean-up.ts'
import type { OpenLoop, OpenLoopResult } from '../../latency/open-loop/task.ts'
import { runLoad } from '../../load/run-load.ts'
import { gateway } from '../../peers/gateway/peer.ts'
import type { Peer, Setup } from '../../peers/peer.ts'
import { requestsOf } from '../../peers/requests-of.ts'
import { type RunningPeer, startPeer } from '../../peers/start-peer.ts'
import { runChild } from '../../run-child.ts'
import { RUN_IN_SECONDS } from '../../run-in.ts'
import { median, percentile } from '../../statistics.ts'
import { point } from '../../workloads/point.ts'
import { LARGE_ANSWERS, LARGE_ROWS, type LargeAnswer } from './large-answers.ts'
import { longestPause } from './longest-pause.ts'
import type { Stall } from './stall.ts'

const POINTS_PER_SECOND = 50
const POINT_CONNECTIONS = 8
/** Before and behind the point reads, so that none of them is without the large answers. */
const MARGIN_SECONDS = 1
/** The last window of `event-loop.mjs`. */
const WRITTEN_WITHIN_MS = 300

export interface StallOptions {
  readonly customers: number
  readonly rounds: number
  readonly seconds: number
  readonly cleanUp: CleanUp
}

const pauseFileOf = ({ scratchDir }: Setup): string => join(scratchDir, 'event-loop')

/** The gateway with room for large pages, its event loop watched. */
const watchedGateway: Peer = {
  ...gateway,
  name: 'gateway-watched',
  args: ['--import', './bench/scale/stalls/event-loop.mjs', ...gateway.args],
  env: async (setup) => ({
    ...(await gateway.env(setup)),
    MAX_PAGE_SIZE: String(LARGE_ROWS),
    EVENT_LOOP_FILE: pauseFileOf(setup),
  }),
}

interface Round {
  readonly latenciesMs: readonly number[]
  readonly longestPauseMs: number
  readonly answersPerSecond: number
}

/** @param setup of a database with at least as many customers as a large answer has rows */
export async function measureStalls(
  setup: Setup,
  options: StallOptions,
  log: (line: string) => void,
): Promise<readonly Stall[]> {
  const running = await startPeer(watchedGateway, setup, options.cleanUp)
  const kinds: readonly (LargeAnswer | undefined)[] = [undefined, ...LARGE_ANSWERS]
  const rounds = new Map<LargeAnswer | undefined, Round[]>(kinds.map((kind) => [kind, []]))
  for (const kind of kinds) await runRound(running, setup, kind, { ...options, seconds: RUN_IN_SECONDS })
  for (let number = 1; number <= options.rounds; number++)
    for (const [kind, all] of rounds) {
      const round = await runRound(running, setup, kind, options)
      all.push(round)
      const worst = Math.max(...round.latenciesMs).toFixed(1)
      log(
        `  ${kind?.name ?? 'quiet'} round ${number}: largest ${worst} ms, pause ${round.longestPauseMs.toFixed(1)} ms`,
      )
    }
  const stalls: Stall[] = []
  for (const [kind, all] of rounds) stalls.push(stallOf(kind, await megabytesOf(running, kind), all))
  return stalls
}

async function runRound(
  running: RunningPeer,
  setup: Setup,
  large: LargeAnswer | undefined,
  { customers, seconds, cleanUp }: StallOptions,
): Promise<Round> {
  const asking = large && askFor(running, large, seconds + 2 * MARGIN_SECONDS, cleanUp)
  await delay(MARGIN_SECONDS * 1000)
  const from = Date.now()
  const task: OpenLoop = {
    url: running.origin,
    connections: POINT_CONNECTIONS,
    seconds,
    ratePerSecond: POINTS_PER_SECOND,
    requests: requestsOf(running, point, customers) ?? [],
  }
  const { latenciesMs, failures } = (await runChild(
    ['bench/latency/open-loop/main.ts'],
    task,
    cleanUp,
  )) as OpenLoopResult
  const until = Date.now()
  const answersPerSecond = (await asking) ?? 0
  if (failures > 0) throw new Error(`stalls: ${failures} point reads failed`)
  await delay(WRITTEN_WITHIN_MS)
  const pauses = await readFile(pauseFileOf(setup), 'utf8')
  return { latenciesMs, longestPauseMs: longestPause(pauses, from, until), answersPerSecond }
}

/** One after the other; answers how many came each second. */
async function askFor(
  running: RunningPeer,
  large: LargeAnswer,
  seconds: number,
  cleanUp: CleanUp,
): Promise<number> {
  const requests = [requestFor(running, large)]
  const result = await runLoad(
    { url: running.origin, connections: 1, seconds, requests, answer: 'data', unique: false },
    cleanUp,
  )
  if (result.failures > 0 || result.requests === 0)
    throw new Error(`stalls: ${result.failures} of the answers \`${large.name}\` failed`)
  return result.requestsPerSecond
}

async function megabytesOf(running: RunningPeer, large: LargeAnswer | undefined): Promise<number> {
  if (large === undefined) return Number.NaN
  const { path, headers, body } = requestFor(running, large)
  const response = await fetch(`${running.origin}${path}`, { method: 'POST', headers, body })
  return (await response.arrayBuffer()).byteLength / 1e6
}

function requestFor({ headers }: RunningPeer, { query }: LargeAnswer) {
  return {
    path: '/graphql',
    headers: { ...headers, 'x-purpose': 'BILLING' },
    body: JSON.stringify({ query }),
  }
}

function stallOf(large: LargeAnswer | undefined, megabytes: number, rounds: readonly Round[]): Stall {
  const latencies = rounds.flatMap((round) => round.latenciesMs)
  return {
    answer: large?.name,
    title: large?.title ?? 'point reads alone',
    megabytes,
    answersPerSecond: median(rounds.map((round) => round.answersPerSecond)),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    largestMs: Math.max(...latencies),
    longestPauseMs: Math.max(...rounds.map((round) => round.longestPauseMs)),
  }
}
