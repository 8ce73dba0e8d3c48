import Fastify, { type FastifyInstance } from 'fastify'
import { leave } from './admit-request.ts'
import type { AuditAnswer, AuditRequest } from './audit-endpoint.ts'
import type { Config } from './config.ts'
import { addGraphqlRoute } from './graphql-route.ts'
import { httpProblem, sendProblem } from './problem-reply.ts'
import type { GraphqlRouteParts } from './served.ts'
import { METRICS_CONTENT_TYPE } from './telemetry/telemetry.ts'

export interface ServerParts extends GraphqlRouteParts {
  readonly config: Pick<Config, 'limits'>
  /** Answers below `/audit/`. */
  readonly audit: (request: AuditRequest) => Promise<AuditAnswer>
  /** Whether the gateway can answer: its databases answer, and it is not shutting down. */
  readonly ready: () => Promise<boolean>
}

/** All that is served over HTTP, on Fastify. */
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
  // GraphQL comes as JSON; Fastify's own parser for plain text would let a cross-site form in.
  server.removeContentTypeParser('text/plain')
  server.setErrorHandler((error, request, reply) =>
    request.gatewayRequest
      ? leave(parts, request, reply, httpProblem(error, config.limits))
      : sendProblem(reply, httpProblem(error, config.limits)),
  )
  server.setNotFoundHandler((_request, reply) => void reply.code(404).send())

  addGraphqlRoute(server, parts)
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
