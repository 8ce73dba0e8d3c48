import { isDeepStrictEqual } from 'node:util'
import { type RunningPeer, requestsOf } from './peers/start-peer.ts'
import { canonical, countLeaves } from './workloads/same-values.ts'
import type { Workload } from './workloads/workload.ts'

/** Requests of each workload that are compared; later ones differ only in their variables. */
const COMPARED = 5

/**
 * All peers answer a workload with the same values, or there is nothing to measure.
 *
 * @returns values per answer
 * @throws Error that names the peers that differ
 */
export async function checkEqual(
  workload: Workload,
  peers: readonly RunningPeer[],
  customers: number,
): Promise<number> {
  const answers = await Promise.all(peers.map((peer) => answersOf(peer, workload, customers)))
  const [first] = answers
  const values = countLeaves(first?.[0])
  if (values === 0) throw new Error(`${workload.name}: the answer is empty`)
  answers.forEach((answer, index) => {
    if (!isDeepStrictEqual(answer, first))
      throw new Error(
        `${workload.name}: ${peers[index]?.peer.name} and ${peers[0]?.peer.name} answer differently:\n${excerpt(answer)}\n${excerpt(first)}`,
      )
  })
  return values
}

async function answersOf(
  peer: RunningPeer,
  workload: Workload,
  customers: number,
): Promise<readonly unknown[]> {
  const requests = requestsOf(peer, workload, customers).slice(0, COMPARED)
  return Promise.all(
    requests.map(async ({ path, headers, body }) => {
      const response = await fetch(`${peer.origin}${path}`, { method: 'POST', headers, body })
      const text = await response.text()
      const { data, errors } = JSON.parse(text) as { data?: Record<string, unknown>; errors?: unknown }
      if (!response.ok || errors !== undefined || !data)
        throw new Error(
          `${workload.name}: ${peer.peer.name} answered ${response.status}: ${text.slice(0, 500)}`,
        )
      return canonical(Object.values(data)[0])
    }),
  )
}

/** The demo data is made up, so it may be shown. */
function excerpt(answer: unknown): string {
  return JSON.stringify(answer).slice(0, 600)
}
