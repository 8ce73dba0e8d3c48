import type { FastifyReply } from 'fastify'
import type { Limits } from './config.ts'
import { formatProblem } from './enforce/format-error.ts'
import { RETRY_AFTER_SECONDS } from './enforce/http-answer.ts'
import { FAULT, type Problem, statusOf } from './errors.ts'

/** Answers with one error of the table, and its status. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const status = statusOf(problem.code)
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ errors: [formatProblem(problem)] }))
}

/** What Fastify threw before the gateway was asked → what the client is told; never Fastify's own words. */
export function httpProblem(error: unknown, { bodyBytes }: Pick<Limits, 'bodyBytes'>): Problem {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        code: 'PAYLOAD_TOO_LARGE',
        message: `the body is larger than ${bodyBytes} bytes`,
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
        : FAULT
  }
}
