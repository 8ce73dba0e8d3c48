import type { Span } from '@opentelemetry/api'
import type { AccessLog } from '../audit/access.ts'
import type { Problem } from '../errors.ts'
import { traceIdsOf } from '../telemetry/trace-ids.ts'
import { accessOf } from './access-of.ts'
import type { GatewayRequest } from './request.ts'

export interface RefusalParts {
  readonly log: AccessLog
  readonly policyHash: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const UNRECORDED: Problem = {
  code: 'AUDIT_UNAVAILABLE',
  message: 'the request could not be put on record; try again later',
}

/**
 * The exit of requests that never reach the gateway: puts on record that they were refused (nobody could be verified) or
 * failed (the request makes no sense), and returns the problem to answer with, which is another one where the record
 * cannot be written.
 *
 * @param request undefined: nobody could be verified
 */
export async function recordRefusal(
  { log, policyHash, now }: RefusalParts,
  request: GatewayRequest | undefined,
  problem: Problem,
  span: Span | undefined,
): Promise<Problem> {
  const fixed = {
    at: now(),
    operation: { name: undefined, hash: undefined },
    policy: policyHash,
    response: undefined,
    trace: span && traceIdsOf(span),
  }
  const blocked = { request: problem.code }
  try {
    if (request) {
      request.outcome = 'failed'
      request.blocked = blocked
      await log.append(accessOf(request, fixed))
    } else
      await log.append({
        ...fixed,
        outcome: 'refused',
        principal: undefined,
        purpose: undefined,
        basis: undefined,
        justification: undefined,
        fields: {},
        blocked,
        rows: {},
        subjects: [],
      })
    return problem
  } catch {
    return UNRECORDED
  }
}
