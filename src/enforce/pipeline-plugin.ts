import {
  type ApolloServerPlugin,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server'
import type { Result } from './answerer.ts'
import { fail } from './exits.ts'
import { formatError } from './format-error.ts'
import type { GatewayContext } from './request.ts'

type ResponseContext = GraphQLRequestContextResponseForOperation<GatewayContext>

/**
 * Our two phases of Apollo's pipeline: `execute` in place of its execution, and `record` before an answer leaves.
 * `responseForOperation` and not an executor of Apollo's `gateway` option, because that one is handed an object with
 * accessors of its own on each request; V8 makes a hidden class for each of them, in which the whole request lives on past
 * many collections of young objects.
 */
export function pipelinePlugin(
  execute: (context: ResponseContext) => Promise<Result>,
  record: (context: GraphQLRequestContextWillSendResponse<GatewayContext>) => Promise<void>,
): ApolloServerPlugin<GatewayContext> {
  const listening = Promise.resolve({
    responseForOperation: async (context: ResponseContext) => {
      try {
        return responseOf(await execute(context))
      } catch (error) {
        // A fault of ours is put on record like everything else.
        return responseOf(fail(context.contextValue.request, [error]))
      }
    },
    willSendResponse: record,
  })
  return { requestDidStart: () => listening }
}

function responseOf(result: Result): GraphQLResponse {
  const errors = result.errors?.map((error) => formatError(error.toJSON(), error))
  const data = 'data' in result ? { data: result.data ?? null } : {}
  return {
    http: { ...('status' in result && { status: result.status }), headers: NO_HEADERS },
    body: { kind: 'single', singleResult: { ...(errors && { errors }), ...data } },
  }
}

/** Apollo copies from it, and never into it. */
const NO_HEADERS = new HeaderMap()
