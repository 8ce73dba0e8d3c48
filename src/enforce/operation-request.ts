import type { HttpAnswer } from './http-answer.ts'
import type { GatewayRequest } from './request.ts'

/** The GraphQL part of a request; its form has been checked (`http-problem.ts`). */
export interface OperationRequest {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | undefined
}

export interface Gateway {
  /** Never rejects. When it resolves, the access is on record, or nothing but an error is released. */
  answer(asked: OperationRequest, request: GatewayRequest): Promise<HttpAnswer>
}
