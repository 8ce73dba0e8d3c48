import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { invariant } from '../invariant.ts'
import type { JsonText } from '../read/read-root.ts'
import { giveBytes, takeBytes } from '../reused-bytes.ts'
import type { ErrorResult } from './exits.ts'
import { formatError } from './format-error.ts'

/**
 * An answer's `data` as the text that the database made. It stands where graphql-js would give an object and is written out
 * as it is, so that no value is parsed, walked or built again between the database and the client.
 */
export class AnswerText {
  /** In order. Bytes among them are used up when the body is made. */
  readonly data: readonly JsonText[]

  constructor(data: readonly JsonText[]) {
    this.data = data
  }
}

/** What is to leave once it is on record: a GraphQL response (spec section 7.1) and the status of its HTTP answer. */
export interface Answer {
  readonly status: number
  readonly errors?: readonly GraphQLFormattedError[]
  readonly data?: unknown
}

/** What an operation came to, with the last hand on its errors. */
export function answerOf(result: ErrorResult | ExecutionResult): Answer {
  const errors = result.errors?.map((error) => formatError(error.toJSON(), error))
  return {
    status: 'status' in result ? result.status : 200,
    ...(errors && { errors }),
    ...('data' in result && { data: result.data ?? null }),
  }
}

/** The body of an answer, made once; errors first, as the GraphQL spec recommends (section 7.1). */
export function bodyOf({ errors, data }: Pick<Answer, 'errors' | 'data'>): JsonText {
  if (!(data instanceof AnswerText)) return JSON.stringify({ errors, data })
  const before = errors === undefined ? '{"data":' : `{"errors":${JSON.stringify(errors)},"data":`
  const parts = [before, ...data.data, '}']
  return parts.some((part) => typeof part !== 'string') ? joined(parts) : parts.join('')
}

/** The body with `,MEMBERS` before its last brace. A body of bytes is used up. */
export function withMembers(body: JsonText, members: string): JsonText {
  const [before, after] = [body.length - 1, `,${members}}`]
  return typeof body === 'string' ? body.slice(0, before) + after : joined([body.subarray(0, before), after])
}

/** One piece of memory, so that it is hashed and sent in one call each. Gives the parts' own back. */
function joined(parts: readonly JsonText[]): Buffer {
  const whole = takeBytes(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0))
  let at = 0
  for (const part of parts)
    if (typeof part === 'string') at += whole.write(part, at)
    else {
      at += part.copy(whole, at)
      giveBytes(part)
    }
  // Behind the end stands what another answer left.
  invariant(at === whole.length, 'an answer fills the memory that it was given')
  return whole
}
