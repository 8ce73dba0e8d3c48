import type { Workload } from '../workloads/workload.ts'
import type { PeerRequest } from './peer.ts'
import type { RunningPeer } from './start-peer.ts'

/** Undefined: the peer cannot be asked this, and has no part in the workload. */
export function requestsOf(
  { peer, headers }: RunningPeer,
  workload: Workload,
  customers: number,
): readonly PeerRequest[] | undefined {
  const requests = workload.questions(customers).map((question) => peer.request(question))
  const known = requests.filter((request) => request !== undefined)
  if (known.length < requests.length) return undefined
  return known.map((request) => ({
    path: request.path,
    headers: { ...headers, ...request.headers },
    body: JSON.stringify(request.body),
  }))
}
