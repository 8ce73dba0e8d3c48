import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkEqual } from './check-equal.ts'
import { cleanUpOnSignals, createCleanUp } from './clean-up.ts'
import { type Database, startDatabase } from './database.ts'
import { describeMachine } from './machine.ts'
import { measure, type Sample } from './measure.ts'
import { PEERS } from './peers/peers.ts'
import { type RunningPeer, startPeer } from './peers/start-peer.ts'
import { figuresOf, markdownOf, type Report, ruleTableOf, tableOf } from './report.ts'
import { measureRules } from './rules/measure-rules.ts'
import { OURS, summarise } from './summary.ts'
import type { Workload } from './workloads/workload.ts'
import { WORKLOADS } from './workloads/workloads.ts'

const { values: flags } = parseArgs({
  allowNegative: true,
  options: {
    /** What the rules of the policy cost the gateway. */
    rules: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    customers: { type: 'string', default: '1000' },
    peers: { type: 'string', default: PEERS.map(({ name }) => name).join(',') },
    workloads: { type: 'string', default: WORKLOADS.map(({ name }) => name).join(',') },
  },
})
const setting = {
  connections: 16,
  poolSize: 10,
  customers: Number(flags.customers),
  rounds: Number(flags.rounds),
  seconds: Number(flags.seconds),
}
const WARM_UP_SECONDS = 3
const RESULTS = 'bench/results'
const peers = PEERS.filter(({ name }) => flags.peers.split(',').includes(name))
const workloads = WORKLOADS.filter(({ name }) => flags.workloads.split(',').includes(name))

/** Progress goes to stderr, so that stdout is the result alone. */
const log = (line: string): void => console.error(line)
const cleanUp = createCleanUp()
cleanUpOnSignals(cleanUp)

try {
  const report = await run()
  await keep(report)
  console.log(
    flags.json
      ? JSON.stringify(report)
      : [tableOf(report), ruleTableOf(report), `bench: ${figuresOf(report)}`].join('\n\n'),
  )
} catch (error) {
  if (!cleanUp.begun) log(`bench failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await cleanUp.run()
}
// Sockets of peers that were just stopped may linger.
process.exit()

async function run(): Promise<Report> {
  const scratchDir = join('.data', `bench-${process.pid}`)
  await mkdir(scratchDir, { recursive: true })
  cleanUp.add(() => rm(scratchDir, { recursive: true, force: true }))
  log(`bench: ${setting.customers} customers, ${peers.map(({ name }) => name).join(' ')}`)
  const database = await startDatabase(scratchDir, setting.customers, log, cleanUp)
  const setup = { databaseUrl: database.url, poolSize: setting.poolSize, scratchDir }
  const running: RunningPeer[] = []
  for (const peer of peers) running.push(await startPeer(peer, setup, cleanUp))

  const valuesPerAnswer = new Map<Workload, number>()
  for (const workload of workloads)
    valuesPerAnswer.set(workload, await checkEqual(workload, running, setting.customers))
  log('bench: all peers give the same answers; warming up')
  const samples = await measureAll(running, database)
  const ours = flags.rules ? running.find(({ peer }) => peer.name === OURS) : undefined
  const rules = ours ? await measureRules(ours, setup, { ...setting, cleanUp, log }) : []
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine: describeMachine(database.version),
    setting,
    peers: Object.fromEntries(peers.map(({ name, title }) => [name, title])),
    workloads: Object.fromEntries(
      [...valuesPerAnswer].map(([{ name, title }, values]) => [name, { title, values }]),
    ),
    ...summarise(samples),
    rules,
  }
}

async function measureAll(running: readonly RunningPeer[], database: Database): Promise<readonly Sample[]> {
  const options = { ...setting, databasePid: database.pid, cleanUp }
  for (const workload of workloads)
    for (const peer of running) await measure(peer, workload, 0, { ...options, seconds: WARM_UP_SECONDS })
  const samples: Sample[] = []
  for (const workload of workloads)
    for (let round = 1; round <= setting.rounds; round++)
      for (const peer of running) {
        const sample = await measure(peer, workload, round, options)
        samples.push(sample)
        log(`  ${workload.name} round ${round}: ${sample.peer} ${sample.requestsPerSecond.toFixed(0)}/s`)
      }
  return samples
}

async function keep(report: Report): Promise<void> {
  await mkdir(RESULTS, { recursive: true })
  const path = join(RESULTS, report.at.replaceAll(':', '').replace(/\.\d+Z$/, 'Z'))
  await writeFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`)
  await writeFile(`${path}.md`, markdownOf(report))
  log(`bench: kept in ${path}.md and .json`)
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
