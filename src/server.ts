import type { ApolloServer } from '@apollo/server'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import { trace } from '@opentelemetry/api'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
  type RouteHandlerMethod,
} from 'fastify'
import type { AccessLog } from './audit/access.ts'
import type { Config } from './config.ts'
import { formatError } from './enforce/format-error.ts'
import { type GatewayContext, type GatewayRequest, newRequest } from './enforce/request.ts'
import { type ErrorCode, graphqlErrorOf, type Problem, statusOf } from './errors.ts'
import { readDeclaration } from './identity/declaration.ts'
import { authorizationOf } from './identity/header-lines.ts'
import type { TokenVerifier } from './identity/verify-token.ts'
import { METRICS_CONTENT_TYPE, type Telemetry } from './telemetry/telemetry.ts'

export interface ServerParts {
  readonly config: Pick<Config, 'limits'>
  readonly gateway: ApolloServer<GatewayContext>
  readonly verifier: TokenVerifier
  readonly log: AccessLog
  readonly telemetry: Telemetry
  readonly policyHash: string
  /** Whether the gateway can answer: its databases answer, and it is not shutting down. */
  readonly ready: () => Promise<boolean>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the token was verified. */
    gatewayRequest: GatewayRequest | undefined
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const

/** HTTP on Fastify: who asks is settled before a body is read; everything below `/graphql` is Apollo's pipeline. */
export function createServer(parts: ServerParts): FastifyInstance {
  const { config, gateway, telemetry } = parts
  const server = Fastify({
    bodyLimit: config.limits.bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
  })
  server.decorateRequest('gatewayRequest', undefined)
  server.setErrorHandler((error, _request, reply) => void sendProblem(reply, httpProblem(error)))
  server.setNotFoundHandler((_request, reply) => void reply.code(404).send())

  server.route({
    method: [...METHODS],
    url: '/graphql',
    onRequest: (request, reply) => admitRequest(parts, request, reply),
    handler: fastifyApolloHandler<GatewayContext, RawServerDefault>(gateway, {
      context: async (request) => {
        if (!request.gatewayRequest) throw new Error('invariant broken: who asks is known before Apollo runs')
        return { request: request.gatewayRequest }
      },
    }) as RouteHandlerMethod,
    onResponse: async (request) => observe(parts, request),
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

/** Identity and declaration, before the body is read; what is refused here goes on record too. */
async function admitRequest(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { verifier, telemetry, now } = parts
  const startedAt = performance.now()
  if (request.method !== 'GET' && request.method !== 'POST') {
    reply.header('allow', 'GET, POST')
    return sendProblem(reply, { code: 'METHOD_NOT_ALLOWED', message: 'only GET and POST are served' })
  }
  const verification = await verifier.verify(authorizationOf(request.raw.rawHeaders))
  if (verification.kind === 'refused') {
    reply.header(
      'www-authenticate',
      verification.code === 'TOKEN_EXPIRED' ? 'Bearer error="invalid_token"' : 'Bearer',
    )
    return refuseUnverified(parts, reply, verification, now())
  }
  const declared = readDeclaration(request.raw.rawHeaders)
  const parent = telemetry.contextOf(request.headers)
  const span = telemetry.tracer.startSpan('graphql', {}, parent)
  const gone = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const declaration =
    declared.kind === 'declaration'
      ? declared.declaration
      : { purpose: undefined, justification: undefined, onDenied: 'reject' as const }
  request.gatewayRequest = newRequest({
    startedAt,
    principal: verification.principal,
    declaration,
    signal: gone.signal,
    span,
    traceContext: trace.setSpan(parent, span),
  })
  if (declared.kind === 'problem') return sendProblem(reply, declared.problem)
}

async function refuseUnverified(
  { log, policyHash, telemetry }: ServerParts,
  reply: FastifyReply,
  problem: Problem,
  at: number,
): Promise<void> {
  telemetry.instruments.request(undefined, 'refused', 0)
  try {
    await log.append({
      at,
      outcome: 'refused',
      principal: undefined,
      purpose: undefined,
      basis: undefined,
      justification: undefined,
      operation: { name: undefined, hash: undefined },
      fields: {},
      blocked: { request: problem.code },
      rows: {},
      subjects: [],
      policy: policyHash,
      response: undefined,
      trace: undefined,
    })
  } catch {
    // Nothing is released either way; that the log is down shows in the metrics and in every other answer.
  }
  sendProblem(reply, problem)
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  const error = graphqlErrorOf(problem)
  reply
    .code(statusOf(problem.code))
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ errors: [formatError(error.toJSON(), error)] }))
}

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

function httpProblem(error: unknown): Problem {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  switch (FASTIFY_CODES[code ?? '']) {
    case 'PAYLOAD_TOO_LARGE':
      return { code: 'PAYLOAD_TOO_LARGE', message: 'the body is too large' }
    case 'UNSUPPORTED_MEDIA_TYPE':
      return { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'the body must be `application/json`' }
    default:
      return statusCode === 400
        ? { code: 'BAD_REQUEST', message: 'the body is not JSON' }
        : { code: 'INTERNAL_ERROR', message: 'the gateway failed; nothing was released' }
  }
}

/** After the last byte: the request's span and metrics, by names of the policy and by counts only. */
function observe({ telemetry }: ServerParts, { gatewayRequest }: FastifyRequest): void {
  if (!gatewayRequest) return
  const { span, purpose, purposeName, principal, outcome, answers, startedAt } = gatewayRequest
  telemetry.instruments.request(purposeName, outcome, performance.now() - startedAt)
  if (span.isRecording()) {
    const rows = [...answers.values()]
      .flatMap((answer) => [...answer.rows.values()])
      .reduce((sum, n) => sum + n, 0)
    span.setAttributes({
      'purpose_gateway.purpose': purpose?.name ?? 'unknown',
      'purpose_gateway.app': principal.app,
      'purpose_gateway.roles': [...(purpose?.roles ?? [])].filter((role) => principal.roles.includes(role)),
      'purpose_gateway.decision': outcome,
      'purpose_gateway.fields': Object.keys(gatewayRequest.plan?.fields ?? {}).length,
      'purpose_gateway.rows': rows,
    })
  }
  span.end()
}
