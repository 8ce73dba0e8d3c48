import { GraphQLError, Kind } from 'graphql'
import { type ErrorCode, graphqlErrorOf, type Problem, statusOf } from '../errors.ts'
import { blockedProblem } from '../plan/blocked-problem.ts'
import type { Blocked } from '../plan/plan.ts'
import { codeOf } from './format-error.ts'
import type { GatewayRequest } from './request.ts'

/** What of Apollo's context an exit needs: where the HTTP status goes. */
export interface ExitContext {
  readonly response?: {
    http?: { status?: number; readonly headers: { set(name: string, value: string): unknown } }
  }
}

export interface ErrorResult {
  readonly errors: readonly GraphQLError[]
}

/** The request has no right to what it asks for. */
export function refuse(context: ExitContext, request: GatewayRequest, problem: Problem): ErrorResult {
  request.outcome = 'refused'
  return leave(context, [graphqlErrorOf(problem)])
}

/** Everything that is blocked, in one answer. */
export function refuseBlocked(
  context: ExitContext,
  request: GatewayRequest,
  blocked: readonly Blocked[],
  purpose: string,
): ErrorResult {
  request.outcome = 'refused'
  request.blocked = blockedCodes(blocked)
  return leave(
    context,
    blocked.map((field) => graphqlErrorOf(blockedProblem(field, purpose))),
  )
}

/** The request cannot be answered, whatever its rights. */
export function fail(context: ExitContext, request: GatewayRequest, errors: readonly unknown[]): ErrorResult {
  request.outcome = 'failed'
  return leave(context, errors.map(asGraphQLError))
}

export function blockedCodes(blocked: readonly Blocked[]): Readonly<Record<string, ErrorCode>> {
  return Object.fromEntries(blocked.map(({ coordinate, code }) => [coordinate, code]))
}

/** Our own problems and errors stay what they are; anything else is a fault of ours, and its text stays here. */
function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError && codeOf(error.extensions['code'])) return error
  return graphqlErrorOf({ code: 'INTERNAL_ERROR', message: 'the gateway failed; nothing was released' })
}

/** The status of the first error is the status of the answer. */
function leave(context: ExitContext, errors: readonly GraphQLError[]): ErrorResult {
  const code = codeOf(errors[0]?.extensions['code']) ?? 'INTERNAL_ERROR'
  const http = context.response?.http
  if (http) {
    http.status = statusOf(code)
    if (http.status === 503) http.headers.set('retry-after', '1')
  }
  return { errors }
}

/** A variable that does not fit its type, named without its value. */
export function variableProblem(errors: readonly GraphQLError[]): Problem {
  const definition = errors[0]?.nodes?.[0]
  const name = definition?.kind === Kind.VARIABLE_DEFINITION ? definition.variable.name.value : undefined
  return {
    code: 'BAD_USER_INPUT',
    message:
      name === undefined
        ? 'a variable does not fit its type'
        : `variable \`$${name}\` is missing or does not fit its type`,
  }
}
