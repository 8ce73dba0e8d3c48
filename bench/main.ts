import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkEqual } from './check-equal.ts'
import { cleanUpOnSignals, createCleanUp } from './clean-up.ts'
import { startDatabase } from './database.ts'
import type { LogReport } from './log/log-report.ts'
import { measureLog } from './log/measure-log.ts'
import { describeMachine } from './machine.ts'
import type { Sample } from './measure.ts'
import { measureReads } from './measure-reads.ts'
import { gateway } from './peers/gateway/peer.ts'
import { PEERS } from './peers/peers.ts'
import { type RunningPeer, startPeer } from './peers/start-peer.ts'
import { figuresOf, markdownOf, type Report, tablesOf } from './report.ts'
import { measureRules, type RuleCost } from './rules/measure-rules.ts'
import { summarise } from './summary.ts'
import type { Workload } from './workloads/workload.ts'
import { WORKLOADS } from './workloads/workloads.ts'

const { values: flags } = parseArgs({
  options: {
    pieces: { type: 'string', default: 'reads,rules,log' },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    records: { type: 'string', default: '100000' },
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
  records: Number(flags.records),
}
const RESULTS = 'bench/results'
const pieces = flags.pieces.split(',')
const peers = PEERS.filter(({ name }) => flags.peers.split(',').includes(name))
const workloads = WORKLOADS.filter(({ name }) => flags.workloads.split(',').includes(name))

/** Progress goes to stderr, so that stdout is the result alone. */
const log = (line: string): void => console.error(line)
const cleanUp = createCleanUp()
cleanUpOnSignals(cleanUp)

try {
  const report = await run()
  await keep(report)
  console.log(flags.json ? JSON.stringify(report) : `${tablesOf(report)}\n\nbench: ${figuresOf(report)}`)
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
  const setup = {
    databaseUrl: database.url,
    poolSize: setting.poolSize,
    scratchDir,
    createDatabase: database.create,
  }
  const running: RunningPeer[] = []
  const options = { ...setting, databasePid: database.pid, cleanUp }
  const valuesPerAnswer = new Map<Workload, number>()
  let samples: readonly Sample[] = []
  if (pieces.includes('reads')) {
    for (const peer of peers) running.push(await startPeer(peer, setup, cleanUp))
    for (const workload of workloads)
      valuesPerAnswer.set(workload, await checkEqual(workload, running, setting.customers))
    log('bench: all peers give the same answers; warming up')
    samples = await measureReads(workloads, running, options, log)
  }
  let ours = running.find(({ peer }) => peer === gateway)
  let rules: readonly RuleCost[] = []
  if (pieces.includes('rules')) rules = await measureRules(setup, { ...setting, cleanUp, log })
  let logReport: LogReport | undefined
  if (pieces.includes('log')) {
    ours ??= await startPeer(gateway, setup, cleanUp)
    logReport = await measureLog(ours, setup, database, setting, log, cleanUp)
  }
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine: describeMachine(database.version),
    setting,
    peers: Object.fromEntries(running.map(({ peer }) => [peer.name, peer.title])),
    workloads: Object.fromEntries(
      [...valuesPerAnswer].map(([{ name, title }, values]) => [name, { title, values }]),
    ),
    ...summarise(samples),
    rules,
    log: logReport,
  }
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
