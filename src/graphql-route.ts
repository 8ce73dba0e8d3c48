import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { admitRequest, leave } from './admit-request.ts'
import { bodyOfParameters, bodyProblem, parametersProblem } from './enforce/http-problem.ts'
import { answerTypeFor } from './enforce/media-type.ts'
import type { OperationRequest } from './enforce/operation-request.ts'
import { invariant } from './invariant.ts'
import { endObservation } from './observation.ts'
import { giveBytes } from './reused-bytes.ts'
import type { GraphqlRouteParts } from './served.ts'

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

/** Ends the observation after the last byte; where the client has left already, when its answer would have been sent. */
function observe({ telemetry }: GraphqlRouteParts, request: FastifyRequest, { raw }: FastifyReply): void {
  const { observation } = request
  if (!observation) return
  const end = () => endObservation(telemetry.instruments, observation, raw.statusCode, request.gatewayRequest)
  if (raw.destroyed) end()
  else raw.once('close', end)
}
