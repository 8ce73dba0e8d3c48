import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { GraphQLFieldResolver } from 'graphql'
import type { Limits } from './config.ts'
import type { Reader } from './database/reader.ts'
import type { GatewayRequest } from './enforce/request.ts'
import { graphqlErrorOf } from './errors.ts'
import { invariant } from './invariant.ts'
import type { Policy } from './policy/policy.ts'
import type { ReadKeys } from './read/keys.ts'
import { readRoot } from './read/read-root.ts'
import type { Instruments } from './telemetry/instruments.ts'

export interface ReadParts {
  readonly policy: Policy
  readonly reader: Reader
  readonly keys: ReadKeys
  readonly limits: Limits
  readonly tracer: Tracer
  readonly instruments: Instruments
}

/**
 * The one resolver there is: behind the shield, reads a root field by the statement that its plan was compiled to, and
 * resolves to its JSON text. Throws an error of the table; never with a value, SQL or a host in it.
 */
export function createRootResolver({
  policy,
  reader,
  keys,
  limits,
  tracer,
  instruments,
}: ReadParts): GraphQLFieldResolver<unknown, GatewayRequest> {
  return async (_parent, _args, request, info) => {
    const key = String(info.path.key)
    const statement = request.statements.get(key)
    const { plan, variables, facts, pseudonymPeriod, day, cancellation } = request
    invariant(statement && plan && facts, 'a permitted root field has a statement, and who asks was admitted')
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement.shown }
    const span = tracer.startSpan('read', { kind: SpanKind.CLIENT, attributes }, request.traceContext)
    const began = performance.now()
    const binding = {
      variables,
      facts,
      purpose: plan.purpose,
      pseudonymPeriod,
      day,
      limits,
      keys,
      enums: policy.enums,
    }
    const result = await readRoot(reader, statement, binding, cancellation)
    instruments.read(performance.now() - began)
    if (result.kind === 'failed')
      span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', result.problem.code)
    span.end()
    if (result.kind === 'failed') throw graphqlErrorOf({ ...result.problem, path: [key] })
    request.answers.set(key, result.tallies)
    return result.json
  }
}
