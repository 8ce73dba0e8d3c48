/**
 * An answer's `data` as the text that the database made. It stands where Apollo expects an object and is written out as it
 * is, so that no value is parsed, walked or built again between the database and the client.
 */
export class AnswerText {
  readonly data: string
  /** The whole body, once it is fixed: what the record's digest is of. */
  body: string | undefined

  constructor(data: string) {
    this.data = data
  }
}

interface Result {
  readonly data?: unknown
  readonly errors?: unknown
  readonly extensions?: unknown
}

/** The body of an answer; errors first, as the GraphQL spec recommends (section 7.1). */
export function bodyOf(result: Result): string {
  const { errors, data, extensions } = result
  if (!(data instanceof AnswerText)) return JSON.stringify({ errors, data, extensions })
  data.body ??= compose(result, data)
  return data.body
}

function compose({ errors, extensions }: Result, answer: AnswerText): string {
  const parts = [`"data":${answer.data}`]
  if (errors !== undefined) parts.unshift(`"errors":${JSON.stringify(errors)}`)
  if (extensions !== undefined) parts.push(`"extensions":${JSON.stringify(extensions)}`)
  return `{${parts.join()}}`
}
