import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { GraphQLFormattedError } from 'graphql'
import type { Access, AccessLog } from '../audit/access.ts'
import { type ErrorCode, FAULT, type Problem, statusOf } from '../errors.ts'
import { digestInTurns, isLong } from '../long-answer.ts'
import { traceIdsOf } from '../telemetry/trace-ids.ts'
import { accessOf } from './access-of.ts'
import { type Answer, AnswerText, bodyOf } from './answer.ts'
import { codeOf, formatProblem } from './format-error.ts'
import { type HttpAnswer, httpAnswerOf } from './http-answer.ts'
import { withReceipt } from './receipt.ts'
import type { GatewayRequest } from './request.ts'

export interface RecordOptions {
  readonly log: AccessLog
  readonly policyHash: string
  readonly tracer: Tracer
  readonly now: () => number
}

/**
 * The last phase before an answer leaves: its body is fixed, its digest taken, and the access put on record; only then
 * does it resolve. Every answer to an operation comes through here, refusals and faults included. Where the record cannot
 * be written, the answer is replaced by 503 `AUDIT_UNAVAILABLE`. A crash after the commit leaves a record of an answer that
 * nobody got, never an answer without record.
 */
export async function recordAnswer(
  { log, policyHash, tracer, now }: RecordOptions,
  request: GatewayRequest,
  operation: Access['operation'],
  answer: Answer,
): Promise<HttpAnswer> {
  const { status, errors, data } = answer
  if (!request.reads) return httpAnswerOf(status, bodyOf(answer))
  const released = data instanceof AnswerText
  // Data that we did not make ourselves never passes.
  if (!released && data !== undefined && data !== null) return replacedBy(request, FAULT)
  const body = bodyOf(answer)
  const long = isLong(body)
  if (!released) nameReason(request, errors)
  const span = tracer.startSpan('audit', {}, request.traceContext)
  try {
    const response = released ? (long ? await digestInTurns(body) : hash('sha256', body, 'hex')) : undefined
    if (long) await turn()
    const receipts = await log.append(
      accessOf(request, {
        at: now(),
        operation,
        policy: policyHash,
        response,
        trace: traceIdsOf(request.span),
      }),
    )
    return httpAnswerOf(status, request.declaration.receipt ? withReceipt(body, receipts) : body)
  } catch {
    span.setStatus({ code: SpanStatusCode.ERROR })
    // What was refused because the log is down says so already, and that nothing was read.
    return firstCode(errors) === 'AUDIT_UNAVAILABLE'
      ? httpAnswerOf(status, body)
      : replacedBy(request, UNRECORDED)
  } finally {
    span.end()
  }
}

const UNRECORDED: Problem = {
  code: 'AUDIT_UNAVAILABLE',
  message: 'the access could not be put on record, so nothing was released; try again later',
}

/** A request that failed as a whole has one reason, and the record says it in the place of a coordinate. */
function nameReason(request: GatewayRequest, errors: readonly GraphQLFormattedError[] | undefined): void {
  const code = firstCode(errors)
  if (code !== undefined && Object.keys(request.blocked).length === 0) request.blocked = { request: code }
}

function firstCode(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | undefined {
  return codeOf(errors?.[0]?.extensions?.code)
}

/** Nothing of the former answer is left. */
function replacedBy(request: GatewayRequest, problem: Problem): HttpAnswer {
  request.outcome = 'failed'
  return httpAnswerOf(statusOf(problem.code), bodyOf({ errors: [formatProblem(problem)] }))
}
