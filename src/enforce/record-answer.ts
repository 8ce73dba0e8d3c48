import { hash } from 'node:crypto'
import type { GraphQLRequestContextWillSendResponse } from '@apollo/server'
import { SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { GraphQLFormattedError } from 'graphql'
import type { AccessLog } from '../audit/access.ts'
import { type ErrorCode, graphqlErrorOf, type Problem, statusOf } from '../errors.ts'
import { traceIdsOf } from '../telemetry/trace-ids.ts'
import { accessOf } from './access-of.ts'
import { AnswerText, bodyOf } from './answer.ts'
import { codeOf, formatError } from './format-error.ts'
import { addReceipt } from './receipt.ts'
import type { GatewayContext, GatewayRequest } from './request.ts'

export interface RecordOptions {
  readonly log: AccessLog
  readonly policyHash: string
  readonly tracer: Tracer
  readonly now: () => number
}

/** A client that was told 503 may try again after so long. */
export const RETRY_AFTER_SECONDS = '1'

/**
 * The last phase before an answer leaves: its body is fixed, its digest taken, and the access put on record; only then
 * does it resolve (as Apollo's `willSendResponse`). Every exit of Apollo's pipeline comes through here, refusals and faults
 * included. Where the record cannot be written, the answer is replaced by 503 `AUDIT_UNAVAILABLE`; a throw in here would
 * become a 500 without data. A crash after the commit leaves a record of an answer that nobody got, never an answer
 * without record.
 */
export async function recordAnswer(
  { log, policyHash, tracer, now }: RecordOptions,
  context: GraphQLRequestContextWillSendResponse<GatewayContext>,
): Promise<void> {
  const { response } = context
  const { request } = context.contextValue
  response.http.headers.set('cache-control', 'no-store')
  if (response.http.status === 503) response.http.headers.set('retry-after', RETRY_AFTER_SECONDS)
  if (!request.reads || response.body.kind !== 'single') return
  const { singleResult } = response.body
  const data: unknown = singleResult.data
  // Data that we did not make ourselves never passes.
  if (data !== undefined && data !== null && !(data instanceof AnswerText))
    return replaceAnswer(context, {
      code: 'INTERNAL_ERROR',
      message: 'the gateway failed; nothing was released',
    })
  const body = data instanceof AnswerText ? bodyOf(singleResult) : undefined
  if (body === undefined) nameReason(request, singleResult.errors)
  const span = tracer.startSpan('audit', {}, request.traceContext)
  try {
    const receipts = await log.append(
      accessOf(request, {
        at: now(),
        operation: { name: context.operationName ?? undefined, hash: context.queryHash },
        policy: policyHash,
        response: body === undefined ? undefined : hash('sha256', body, 'hex'),
        trace: traceIdsOf(request.span),
      }),
    )
    if (request.declaration.receipt) addReceipt(singleResult, receipts)
  } catch {
    span.setStatus({ code: SpanStatusCode.ERROR })
    // What was refused because the log is down says so already, and that nothing was read.
    if (firstCode(singleResult.errors) === 'AUDIT_UNAVAILABLE') return
    replaceAnswer(context, {
      code: 'AUDIT_UNAVAILABLE',
      message: 'the access could not be put on record, so nothing was released; try again later',
    })
  } finally {
    span.end()
  }
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
function replaceAnswer(
  { response, contextValue }: GraphQLRequestContextWillSendResponse<GatewayContext>,
  problem: Problem,
): void {
  contextValue.request.outcome = 'failed'
  const error = graphqlErrorOf(problem)
  response.body = { kind: 'single', singleResult: { errors: [formatError(error.toJSON(), error)] } }
  response.http.status = statusOf(problem.code)
  response.http.headers.set('retry-after', RETRY_AFTER_SECONDS)
}
