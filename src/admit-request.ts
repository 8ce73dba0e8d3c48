import type { FastifyReply, FastifyRequest } from 'fastify'
import { Cancellation } from './cancellation.ts'
import { headProblem } from './enforce/http-problem.ts'
import { recordRefusal } from './enforce/record-refusal.ts'
import { newRequest } from './enforce/request.ts'
import type { Problem } from './errors.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { Verification } from './identity/verification.ts'
import { invariant } from './invariant.ts'
import { beginObservation } from './observation.ts'
import { sendProblem } from './problem-reply.ts'
import type { GraphqlRouteParts } from './served.ts'

/**
 * Identity and declaration, before the body is read; what is refused here goes on record too. Undefined: go on. A promise
 * ends with the request admitted or its refusal sent.
 */
export function admitRequest(
  parts: GraphqlRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> | undefined {
  const { telemetry } = parts
  const { generation, leave: leaveGeneration } = parts.generations.enter()
  request.generation = generation
  reply.raw.once('close', leaveGeneration)
  request.observation = beginObservation(telemetry, request)
  if (request.method !== 'GET' && request.method !== 'POST') {
    reply.header('allow', 'GET, POST')
    return Promise.resolve(
      sendProblem(reply, { code: 'METHOD_NOT_ALLOWED', message: 'only GET and POST are served' }),
    )
  }
  const verification = generation.served.verifier.verify(authorizationOf(request.raw.rawHeaders))
  return verification instanceof Promise
    ? verification.then((verified) => identify(parts, request, reply, verified))
    : identify(parts, request, reply, verification)
}

function identify(
  parts: GraphqlRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  verification: Verification,
): Promise<unknown> | undefined {
  if (verification.kind === 'refused') return leave(parts, request, reply, verification)
  const { observation } = request
  invariant(observation, 'a request is observed from its beginning')
  const declared = readDeclaration(request.raw.rawHeaders)
  const cancellation = new Cancellation()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) cancellation.request()
  })
  const declaration =
    declared.kind === 'declaration'
      ? declared.declaration
      : { purpose: undefined, justification: undefined, onDenied: 'reject' as const, receipt: false }
  request.gatewayRequest = newRequest({
    principal: verification.principal,
    declaration,
    cancellation,
    span: observation.span,
    traceContext: observation.context,
  })
  const problem = declared.kind === 'problem' ? declared.problem : headProblem(request)
  return problem ? leave(parts, request, reply, problem) : undefined
}

/** The exit of a request that never reaches the gateway. */
export async function leave(
  parts: GraphqlRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): Promise<FastifyReply> {
  const { generation, gatewayRequest, observation } = request
  invariant(generation, 'a request has its policy from the beginning')
  const refusal = { ...parts, policyHash: generation.policy.hash }
  const left = await recordRefusal(refusal, gatewayRequest, problem, observation?.span)
  if (left.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer')
  if (left.code === 'TOKEN_EXPIRED') reply.header('www-authenticate', 'Bearer error="invalid_token"')
  return sendProblem(reply, left)
}
