import type { ApolloServer } from '@apollo/server'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { AccessLog } from './audit/access.ts'
import type { AuditAnswer, AuditRequest } from './audit-endpoint.ts'
import { Cancellation } from './cancellation.ts'
import type { Config } from './config.ts'
import { executeOperation, type OperationRequest } from './enforce/execute-operation.ts'
import { formatError } from './enforce/format-error.ts'
import { bodyOfParameters, bodyProblem, headProblem, parametersProblem } from './enforce/http-problem.ts'
import { answerTypeFor } from './enforce/media-type.ts'
import { RETRY_AFTER_SECONDS } from './enforce/record-answer.ts'
import { recordRefusal } from './enforce/record-refusal.ts'
import { type GatewayContext, type GatewayRequest, newRequest } from './enforce/request.ts'
import { graphqlErrorOf, type Problem, statusOf } from './errors.ts'
import type { Generation, Generations } from './generations.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { Verification } from './identity/verification.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import { invariant } from './invariant.ts'
import { beginObservation, endObservation, type Observation } from './observation.ts'
import { giveBytes } from './reused-bytes.ts'
import { METRICS_CONTENT_TYPE, type Telemetry } from './telemetry/telemetry.ts'

export interface ServerParts {
  readonly config: Pick<Config, 'limits'>
  readonly generations: Generations<Served>
  readonly log: AccessLog
  readonly telemetry: Telemetry
  /** Answers below `/audit/`. */
  readonly audit: (request: AuditRequest) => Promise<AuditAnswer>
  /** Whether the gateway can answer: its databases answer, and it is not shutting down. */
  readonly ready: () => Promise<boolean>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What answers requests under one policy. */
export interface Served {
  /** Started. */
  readonly gateway: ApolloServer<GatewayContext>
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

/** HTTP on Fastify: who asks is settled before a body is read; then the operation goes through Apollo's pipeline. */
export function createServer(parts: ServerParts): FastifyInstance {
  const { config, telemetry } = parts
  const server = Fastify({
    bodyLimit: config.limits.bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    // While we stop, a request on an open connection is answered like any other, and the connection closed behind it.
    return503OnClosing: false,
  })
  server.decorateRequest('gatewayRequest', undefined)
  server.decorateRequest('observation', undefined)
  server.decorateRequest('generation', undefined)
  // GraphQL comes as JSON; Fastify's own parser for plain text would let a cross-site form in.
  server.removeContentTypeParser('text/plain')
  server.setErrorHandler((error, request, reply) =>
    request.gatewayRequest
      ? leave(parts, request, reply, httpProblem(error, parts))
      : sendProblem(reply, httpProblem(error, parts)),
  )
  server.setNotFoundHandler((_request, reply) => void reply.code(404).send())

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
  server.get('/audit/*', async ({ raw }, reply) => {
    const path = (raw.url ?? '').replace(/\?.*$/s, '')
    const { generation, leave: leaveGeneration } = parts.generations.enter()
    reply.raw.once('close', leaveGeneration)
    const { policy, served } = generation
    const answer = await parts.audit({
      path,
      rawHeaders: raw.rawHeaders,
      policy,
      verifier: served.verifier,
    })
    if (answer.kind === 'refused') return sendProblem(reply, answer.problem)
    return answer.kind === 'found' ? reply.headers(answer.headers).send(answer.body) : reply.code(404).send()
  })
  server.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'))
  server.get('/readyz', async (_request, reply) => {
    const ready = await parts.ready()
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain')
      .send(ready ? 'ready\n' : 'not ready\n')
  })
  server.get('/metrics', async (_request, reply) =>
    reply.type(METRICS_CONTENT_TYPE).send(await telemetry.metricsText()),
  )
  return server
}

/**
 * Identity and declaration, before the body is read; what is refused here goes on record too. Undefined: go on. A promise
 * ends with the request admitted or its refusal sent.
 */
function admitRequest(
  parts: ServerParts,
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
  parts: ServerParts,
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

/** The body, or the parameters of a GET, before Apollo sees them. Undefined: go on. */
function checkBody(
  parts: ServerParts,
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
  invariant(request.gatewayRequest, 'who asks is known before Apollo runs')
  // Checked by `checkBody`; null stands for absent.
  const { query, variables, operationName, extensions } = (
    request.method === 'GET' ? bodyOfParameters(request.query as Record<string, unknown>) : request.body
  ) as { readonly [Key in keyof OperationRequest]: OperationRequest[Key] | null }
  const { status, headers, body } = await executeOperation(
    request.generation.served.gateway,
    {
      ...(query != null && { query }),
      ...(variables != null && { variables }),
      ...(operationName != null && { operationName }),
      ...(extensions != null && { extensions }),
    },
    { request: request.gatewayRequest },
  )
  for (const [name, value] of headers) reply.header(name, value)
  if (typeof body !== 'string') giveBackWhenSent(reply, body)
  const type = answerTypeFor(request.headers.accept)
  return reply.code(status).header('content-type', `${type}; charset=utf-8`).send(body)
}

/** Where the connection breaks, who knows what the system still holds of the bytes: then nobody uses them again. */
function giveBackWhenSent({ raw }: FastifyReply, body: Buffer): void {
  raw.once('finish', () => {
    if (raw.socket?.destroyed === false && raw.socket.writableLength === 0) giveBytes(body)
  })
}

/** The exit of a request that never reaches Apollo. */
async function leave(
  parts: ServerParts,
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

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const error = graphqlErrorOf(problem)
  const status = statusOf(problem.code)
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ errors: [formatError(error.toJSON(), error)] }))
}

/** What Fastify threw before Apollo was asked → what the client is told; never Fastify's own words. */
function httpProblem(error: unknown, { config }: ServerParts): Problem {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        code: 'PAYLOAD_TOO_LARGE',
        message: `the body is larger than ${config.limits.bodyBytes} bytes`,
      }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'the body must be `application/json` in UTF-8' }
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return {
        code: 'BAD_REQUEST',
        message: 'the body is empty; send a JSON object with the document in `query`',
      }
    default:
      return statusCode === 400
        ? {
            code: 'BAD_REQUEST',
            message: 'the body is not JSON, or has a key such as `__proto__`',
          }
        : { code: 'INTERNAL_ERROR', message: 'the gateway failed; nothing was released' }
  }
}

/** Ends the observation after the last byte; where the client has left already, when its answer would have been sent. */
function observe({ telemetry }: ServerParts, request: FastifyRequest, { raw }: FastifyReply): void {
  const { observation } = request
  if (!observation) return
  const end = () => endObservation(telemetry.instruments, observation, raw.statusCode, request.gatewayRequest)
  if (raw.destroyed) end()
  else raw.once('close', end)
}
