import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessLog } from './audit/access.ts'
import { Cancellation } from './cancellation.ts'
import { bodyOfParameters, bodyProblem, headProblem, parametersProblem } from './enforce/http-problem.ts'
import { answerTypeFor } from './enforce/media-type.ts'
import type { Gateway, OperationRequest } from './enforce/operation-request.ts'
import { recordRefusal } from './enforce/record-refusal.ts'
import { type GatewayRequest, newRequest } from './enforce/request.ts'
import type { Problem } from './errors.ts'
import type { Generation, Generations } from './generations.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { Verification } from './identity/verification.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import { invariant } from './invariant.ts'
import { beginObservation, endObservation, type Observation } from './observation.ts'
import { sendProblem } from './problem-reply.ts'
import { giveBytes } from './reused-bytes.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface GraphqlRouteParts {
  readonly generations: Generations<Served>
  readonly log: AccessLog
  readonly telemetry: Telemetry
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What answers requests under one policy. */
export interface Served {
  readonly gateway: Gateway
  /** Keeps of a token what this policy looks at. */
  readonly verifier: TokenVerifier
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The policy that was in force when the request came; it is decided, answered and recorded under this one. */
    generation: Generation<Served> | undefined
    /** Set once the token was verified. */
    gatewayRequest: GatewayRequest | undefined
    /** Set first of all. */
    observation: Observation | undefined
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const

/** Who asks is settled before a body is read; then the operation goes through the gateway. */
export function addGraphqlRoute(server: FastifyInstance, parts: GraphqlRouteParts): void {
  server.decorateRequest('gatewayRequest', undefined)
  server.decorateRequest('observation', undefined)
  server.decorateRequest('generation', undefined)
  server.route({
    method: [...METHODS],
    url: '/graphql',
    // A hook that has nothing to wait for is done at once: promises would be most of its cost.
    onRequest: (request, reply, done) => admitRequest(parts, request, reply) ?? done(),
    preHandler: (request, reply, done) => checkBody(parts, request, reply) ?? done(),
    handler: (request, reply) => answer(request, reply),
    onSend: (request, reply, payload, done) => {
      observe(parts, request, reply)
      done(null, payload)
    },
  })
}

/**
 * Identity and declaration, before the body is read; what is refused here goes on record too. Undefined: go on. A promise
 * ends with the request admitted or its refusal sent.
 */
function admitRequest(
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

/** The body, or the parameters of a GET. Undefined: go on. */
function checkBody(
  parts: GraphqlRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> | undefined {
  const problem =
    request.method === 'GET'
      ? parametersProblem(request.query as Readonly<Record<string, unknown>>)
      : bodyProblem(request.body)
  return problem ? leave(parts, request, reply, problem) : undefined
}

async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  invariant(request.generation, 'a request has its policy from the beginning')
  invariant(request.gatewayRequest, 'who asks is known before the operation is looked at')
  const asked = request.method === 'GET' ? bodyOfParameters(request.query as Parameters) : request.body
  const { status, headers, body } = await request.generation.served.gateway.answer(
    operationRequestOf(asked),
    request.gatewayRequest,
  )
  for (const [name, value] of headers) reply.header(name, value)
  if (typeof body !== 'string') giveBackWhenSent(reply, body)
  const type = answerTypeFor(request.headers.accept)
  return reply.code(status).header('content-type', `${type}; charset=utf-8`).send(body)
}

type Parameters = Readonly<Record<string, unknown>>

/** @param body as `checkBody` let it through; null stands for absent. Our extensions are headers, so it has none to read. */
function operationRequestOf(body: unknown): OperationRequest {
  const { query, variables, operationName } = body as OperationBody
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined }
}

interface OperationBody {
  readonly query: string
  readonly variables?: OperationRequest['variables'] | null
  readonly operationName?: string | null
}

/** Where the connection breaks, who knows what the system still holds of the bytes: then nobody uses them again. */
function giveBackWhenSent({ raw }: FastifyReply, body: Buffer): void {
  // A response has none any more when it is finished.
  const { socket } = raw
  raw.once('finish', () => {
    if (socket?.destroyed === false && socket.writableLength === 0) giveBytes(body)
  })
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

/** Ends the observation after the last byte; where the client has left already, when its answer would have been sent. */
function observe({ telemetry }: GraphqlRouteParts, request: FastifyRequest, { raw }: FastifyReply): void {
  const { observation } = request
  if (!observation) return
  const end = () => endObservation(telemetry.instruments, observation, raw.statusCode, request.gatewayRequest)
  if (raw.destroyed) end()
  else raw.once('close', end)
}
