import type { CleanUp } from './clean-up.ts'
import type { LoadResult } from './load/load.ts'
import { runLoad } from './load/run-load.ts'
import { requestsOf } from './peers/requests-of.ts'
import type { RunningPeer } from './peers/start-peer.ts'
import { usageOf } from './process-usage.ts'
import type { Workload } from './workloads/workload.ts'

/** One peer under one workload for one round. */
export interface Sample extends LoadResult {
  readonly workload: string
  readonly peer: string
  readonly round: number
  /** Processor time of the peer and of PostgreSQL; undefined where the system does not tell. */
  readonly peerCpuMsPerRequest: number | undefined
  readonly databaseCpuMsPerRequest: number | undefined
  readonly peerMegabytes: number | undefined
}

export interface MeasureOptions {
  readonly connections: number
  readonly seconds: number
  readonly customers: number
  readonly databasePid: number
  readonly cleanUp: CleanUp
}

/** @throws Error when a single request of the round failed: figures of a peer that fails are worth nothing */
export async function measure(
  running: RunningPeer,
  workload: Workload,
  round: number,
  options: MeasureOptions,
): Promise<Sample> {
  const requests = requestsOf(running, workload, options.customers)
  if (requests === undefined) throw new Error(`${running.peer.name} has no part in ${workload.name}`)
  const before = await Promise.all([usageOf(running.pid), usageOf(options.databasePid)])
  const result = await runLoad(
    {
      url: running.origin,
      connections: options.connections,
      seconds: options.seconds,
      requests,
      answer: workload.answer ?? 'data',
      unique: workload.unique ?? false,
    },
    options.cleanUp,
  )
  const [peer, database] = await Promise.all([usageOf(running.pid), usageOf(options.databasePid)])
  if (result.failures > 0 || result.requests === 0)
    throw new Error(`${workload.name}: ${running.peer.name} failed ${result.failures} of its requests`)
  const perRequest = (end: typeof peer, begin: typeof peer): number | undefined =>
    end && begin && ((end.cpuSeconds - begin.cpuSeconds) * 1000) / result.requests
  return {
    ...result,
    workload: workload.name,
    peer: running.peer.name,
    round,
    peerCpuMsPerRequest: perRequest(peer, before[0]),
    databaseCpuMsPerRequest: perRequest(database, before[1]),
    peerMegabytes: peer?.residentMegabytes,
  }
}
