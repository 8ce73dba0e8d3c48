import { isDeepStrictEqual } from 'node:util'
import type { PeerRequest } from './peers/peer.ts'
import { requestsOf } from './peers/requests-of.ts'
import type { RunningPeer } from './peers/start-peer.ts'
import { GOOD } from './workloads/good-answer.ts'
import { canonical, countLeaves } from './workloads/same-values.ts'
import type { Workload } from './workloads/workload.ts'

/** Requests of each workload that are compared; later ones differ only in their variables or their fields. */
const COMPARED = 20

interface Answered {
  readonly peer: string
  readonly values: readonly unknown[]
}

/**
 * All peers that have a part in a workload answer it with the same values, or there is nothing to measure.
 *
 * @returns values per answer, on average
 * @throws Error that names the peers that differ
 */
export async function checkEqual(
  workload: Workload,
  peers: readonly RunningPeer[],
  customers: number,
): Promise<number> {
  const answers: Answered[] = []
  for (const peer of peers) {
    const requests = requestsOf(peer, workload, customers)?.slice(0, COMPARED)
    if (requests === undefined) continue
    answers.push({
      peer: peer.peer.name,
      values: await Promise.all(requests.map((request) => answerOf(peer, workload, request))),
    })
  }
  const [first] = answers
  if (first === undefined) return 0
  const leaves = first.values.map(countLeaves)
  if (leaves.some((count) => count === 0)) throw new Error(`${workload.name}: an answer is empty`)
  for (const { peer, values } of answers)
    values.forEach((value, index) => {
      if (!isDeepStrictEqual(value, first.values[index]))
        throw new Error(
          `${workload.name}: ${peer} and ${first.peer} answer differently:\n${excerpt(value)}\n${excerpt(first.values[index])}`,
        )
    })
  return Math.round(leaves.reduce((sum, count) => sum + count, 0) / leaves.length)
}

/** Of the root field, or of the refusal. */
async function answerOf(
  { peer, origin }: RunningPeer,
  { name, answer = 'data', compared = (value) => value }: Workload,
  { path, headers, body }: PeerRequest,
): Promise<unknown> {
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers, body })
  const text = await response.text()
  if (response.status !== GOOD[answer].status || !text.startsWith(GOOD[answer].begins))
    throw new Error(`${name}: ${peer.name} answered ${response.status}: ${text.slice(0, 500)}`)
  const { data, errors } = JSON.parse(text) as { data?: Record<string, unknown>; errors?: unknown }
  return canonical(compared(answer === 'refusal' || !data ? errors : Object.values(data)[0]))
}

/** The demo data is made up, so it may be shown. */
function excerpt(answer: unknown): string {
  return JSON.stringify(answer).slice(0, 1_000)
}
