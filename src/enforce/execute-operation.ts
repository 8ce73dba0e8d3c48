import type { ApolloServer, GraphQLRequest } from '@apollo/server'
import { graphqlErrorOf, statusOf } from '../errors.ts'
import type { JsonText } from '../read/read-root.ts'
import { bodyOf } from './answer.ts'
import { formatError } from './format-error.ts'
import type { GatewayContext } from './request.ts'

/** What of an HTTP response is decided by the answer. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Iterable<readonly [string, string]>
  readonly body: JsonText
}

/** The GraphQL part of a request; its form has been checked (`http-problem.ts`). */
export type OperationRequest = Pick<GraphQLRequest, 'query' | 'variables' | 'operationName' | 'extensions'>

/**
 * One operation through Apollo's pipeline, whose last step put the access on record before this resolves. Apollo's own
 * layer for HTTP is not used: what it decides (methods, media types, cross-site requests, the form of the body) was decided
 * before, so that refusals are on record too, and negotiating everything twice took a third of its time. Never rejects.
 */
export async function executeOperation(
  apollo: ApolloServer<GatewayContext>,
  operation: OperationRequest,
  contextValue: GatewayContext,
): Promise<HttpAnswer> {
  try {
    const { http, body } = await apollo.executeOperation(operation, { contextValue })
    // Incremental delivery would go round the record; no operation that asks for it passes validation.
    if (body.kind !== 'single') return FAILED
    return { status: http.status ?? 200, headers: http.headers, body: bodyOf(body.singleResult) }
  } catch {
    // A throw out of the pipeline, the record plugin's included: nothing was released.
    return FAILED
  }
}

const failure = graphqlErrorOf({
  code: 'INTERNAL_ERROR',
  message: 'the gateway failed; nothing was released',
})
const FAILED: HttpAnswer = {
  status: statusOf('INTERNAL_ERROR'),
  headers: [['cache-control', 'no-store']],
  body: JSON.stringify({ errors: [formatError(failure.toJSON(), failure)] }),
}
