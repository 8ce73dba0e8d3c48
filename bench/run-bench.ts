import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkEqual } from './check-equal.ts'
import type { CleanUp } from './clean-up.ts'
import type { CommandLine } from './command-line.ts'
import { commitOfSource } from './commit-of-source.ts'
import { type Database, startDatabase } from './database.ts'
import { measureLatency } from './latency/measure-latency.ts'
import { fillLog } from './log/fill-log.ts'
import { measureLog } from './log/measure-log.ts'
import { describeMachine } from './machine.ts'
import { measureReads } from './measure-reads.ts'
import { gateway } from './peers/gateway/peer.ts'
import type { Setup } from './peers/peer.ts'
import { type RunningPeer, startPeer } from './peers/start-peer.ts'
import type { Report } from './report.ts'
import { measureRules } from './rules/measure-rules.ts'
import { runIn } from './run-in.ts'
import { measureScale } from './scale/measure-scale.ts'
import { measureSize } from './size/measure-size.ts'
import { summarise } from './summary.ts'

type Log = (line: string) => void

interface Started {
  readonly database: Database
  readonly setup: Setup
  /** That are compared with each other; none where no piece compares. */
  readonly running: readonly RunningPeer[]
  /** The gateway, started at the latest now. */
  ours(): Promise<RunningPeer>
}

/** Starts everything, compares the answers, measures the pieces that are asked for. What it starts ends with `cleanUp`. */
export async function runBench(commandLine: CommandLine, cleanUp: CleanUp, log: Log): Promise<Report> {
  const { pieces, workloads, setting } = commandLine
  const { database, setup, running, ours } = await start(commandLine, cleanUp, log)
  if (setting.logRecords > 0) {
    await ours()
    await fillLog(database, setting.logRecords, log, cleanUp)
  }
  const options = { ...setting, databasePid: database.pid, cleanUp }
  const found: Record<string, { title: string; values: number }> = {}
  if (pieces.has('reads')) {
    for (const workload of workloads) {
      const values = await checkEqual(workload, running, setting.customers)
      found[workload.name] = { title: workload.title, values }
    }
    log('bench: all peers give the same answers')
  }
  if (running.length > 0) log('bench: letting each peer run in')
  await runIn(running, options)
  const samples = pieces.has('reads') ? await measureReads(workloads, running, options, log) : []
  const latency = pieces.has('latency') ? await measureLatency(running, options, log) : []
  const rules = pieces.has('rules') ? await measureRules(setup, { ...setting, cleanUp, log }) : []
  return {
    at: new Date().toISOString(),
    commit: commitOfSource(),
    machine: describeMachine(
      database.version,
      running.map(({ peer }) => peer),
    ),
    setting,
    peers: Object.fromEntries(running.map(({ peer }) => [peer.name, peer.title])),
    workloads: found,
    ...summarise(samples),
    latency,
    rules,
    log: pieces.has('log')
      ? await measureLog(await ours(), setup, database, setting, log, cleanUp)
      : undefined,
    size: pieces.has('size') ? await measureSize(setup, { ...setting, cleanUp, log }) : undefined,
    scale: pieces.has('scale') ? await measureScale(setup, database, setting, log, cleanUp) : undefined,
  }
}

async function start({ pieces, peers, setting }: CommandLine, cleanUp: CleanUp, log: Log): Promise<Started> {
  const scratchDir = join('.data', `bench-${process.pid}`)
  await mkdir(scratchDir, { recursive: true })
  cleanUp.add(() => rm(scratchDir, { recursive: true, force: true }))
  const database = await startDatabase(scratchDir, setting.customers, log, cleanUp)
  const setup = {
    databaseUrl: database.url,
    poolSize: setting.poolSize,
    scratchDir,
    createDatabase: database.create,
  }
  const running: RunningPeer[] = []
  if (pieces.has('reads') || pieces.has('latency'))
    for (const peer of peers) {
      log(`bench: starting ${peer.name}`)
      running.push(await startPeer(peer, setup, cleanUp))
    }
  let ours = running.find(({ peer }) => peer === gateway)
  return {
    database,
    setup,
    running,
    async ours() {
      ours ??= await startPeer(gateway, setup, cleanUp)
      return ours
    },
  }
}
