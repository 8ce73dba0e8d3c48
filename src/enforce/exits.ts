import { GraphQLError } from 'graphql'
import { type ErrorCode, FAULT, graphqlErrorOf, type Problem, statusOf } from '../errors.ts'
import { blockedProblem } from '../plan/blocked-problem.ts'
import type { Blocked } from '../plan/plan.ts'
import { codeOf } from './format-error.ts'
import type { GatewayRequest } from './request.ts'

export interface ErrorResult {
  readonly errors: readonly GraphQLError[]
  /** Of the HTTP answer: that of the first error. */
  readonly status: number
}

/** The request has no right to what it asks for. */
export function refuse(request: GatewayRequest, problem: Problem): ErrorResult {
  request.outcome = 'refused'
  return leave([graphqlErrorOf(problem)])
}

/** Everything that is blocked, in one answer. */
export function refuseBlocked(
  request: GatewayRequest,
  blocked: readonly Blocked[],
  purpose: string,
): ErrorResult {
  request.outcome = 'refused'
  request.blocked = blockedCodes(blocked)
  return leave(blocked.map((field) => graphqlErrorOf(blockedProblem(field, purpose))))
}

/** The request cannot be answered, whatever its rights. */
export function fail(request: GatewayRequest, errors: readonly unknown[]): ErrorResult {
  request.outcome = 'failed'
  return leave(errors.map(asGraphQLError))
}

export function blockedCodes(blocked: readonly Blocked[]): Readonly<Record<string, ErrorCode>> {
  return Object.fromEntries(blocked.map(({ coordinate, code }) => [coordinate, code]))
}

/** Our own problems and errors stay what they are; anything else is a fault of ours, and its text stays here. */
function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError && codeOf(error.extensions.code)) return error
  return graphqlErrorOf(FAULT)
}

function leave(errors: readonly GraphQLError[]): ErrorResult {
  return { errors, status: statusOf(codeOf(errors[0]?.extensions.code) ?? 'INTERNAL_ERROR') }
}
