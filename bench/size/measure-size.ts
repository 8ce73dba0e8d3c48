import { gateway } from '../peers/gateway/peer.ts'
import type { Setup } from '../peers/peer.ts'
import { requestsOf } from '../peers/requests-of.ts'
import type { RunningPeer } from '../peers/start-peer.ts'
import { cold } from '../workloads/cold.ts'
import { SERIAL } from '../workloads/workload.ts'
import { listOf } from './documents.ts'
import { measureStartup, type StartupOptions } from './measure-startup.ts'
import { runPlanning } from './planning/run-planning.ts'
import type { PlanningCost } from './planning/task.ts'
import type { SizeReport } from './size-report.ts'
import { createTables, sizedGateway, writePolicy } from './sized-gateway.ts'

export interface SizeOptions extends StartupOptions {
  readonly customers: number
  log(line: string): void
}

const TYPES = [10, 100, 1_000]
const LARGEST = 1_000
/** In each process, after as many to warm up; all plans stay in the cache of two thousand. */
const DOCUMENTS = 400

/** What does not depend on the load: planning of large documents, and gateways of small and large policies at rest. */
export async function measureSize(setup: Setup, options: SizeOptions): Promise<SizeReport> {
  const { cleanUp, customers, log } = options
  const planning: PlanningCost[] = []
  for (const types of TYPES) {
    log(`bench: planning under a policy of ${types} types`)
    const { env } = await writePolicy(types, setup)
    planning.push(await runPlanning({ types, env, documents: DOCUMENTS }, cleanUp))
  }
  log('bench: starting the gateway of the demo')
  const demo = { ...gateway, name: 'gateway-demo' }
  const coldOf = (running: RunningPeer) => requestsOf(running, cold, customers) ?? []
  const small = await measureStartup('the demo', demo, setup, coldOf, options)
  log(`bench: starting a gateway of ${LARGEST} types`)
  const policy = await writePolicy(LARGEST, setup)
  const governed = await createTables(policy, setup)
  const large = await measureStartup(
    `${LARGEST} types`,
    sizedGateway(policy),
    governed,
    ({ headers }) => [
      {
        path: '/graphql',
        headers: { ...headers, 'x-purpose': 'BILLING' },
        body: JSON.stringify({ query: listOf(1, SERIAL, 0) }),
      },
    ],
    options,
  )
  return { planning, startups: [small, large] }
}
