import { invariant } from '../invariant.ts'
import type { JsonText } from '../read/read-root.ts'
import { giveBytes, takeBytes } from '../reused-bytes.ts'

/**
 * An answer's `data` as the text that the database made. It stands where Apollo expects an object and is written out as it
 * is, so that no value is parsed, walked or built again between the database and the client.
 */
export class AnswerText {
  /** In order. Bytes among them are used up when the body is made. */
  readonly data: readonly JsonText[]
  /** The whole body, once it is fixed: what the record's digest is of. */
  body: JsonText | undefined

  constructor(data: readonly JsonText[]) {
    this.data = data
  }
}

interface Result {
  readonly data?: unknown
  readonly errors?: unknown
  readonly extensions?: unknown
}

/** The body of an answer; errors first, as the GraphQL spec recommends (section 7.1). */
export function bodyOf(result: Result): JsonText {
  const { errors, data, extensions } = result
  if (!(data instanceof AnswerText)) return JSON.stringify({ errors, data, extensions })
  data.body ??= compose(result, data)
  return data.body
}

/** Puts `,MEMBERS` before the last brace of a body that is fixed. */
export function addToBody(answer: AnswerText, body: JsonText, members: string): void {
  const [before, after] = [body.length - 1, `,${members}}`]
  answer.body =
    typeof body === 'string' ? body.slice(0, before) + after : joined([body.subarray(0, before), after])
}

function compose({ errors, extensions }: Result, answer: AnswerText): JsonText {
  const before = errors === undefined ? '{"data":' : `{"errors":${JSON.stringify(errors)},"data":`
  const after = extensions === undefined ? '}' : `,"extensions":${JSON.stringify(extensions)}}`
  const parts = [before, ...answer.data, after]
  return parts.some((part) => typeof part !== 'string') ? joined(parts) : parts.join('')
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
