/** What an answer may be written as; GraphQL over HTTP, section "Media Types". */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json'] as const

export type AnswerType = (typeof ANSWER_TYPES)[number]

/**
 * The type that an `accept` header likes best (RFC 9110 section 12.5.1), `application/json` where it likes both the same
 * or says nothing; undefined where it takes neither.
 */
export function answerTypeFor(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === '') return 'application/json'
  const ranges = accept.split(',').map(rangeOf)
  let best: { readonly type: AnswerType; readonly quality: number } | undefined
  for (const type of ANSWER_TYPES) {
    // The most specific range decides, so that `*/*, application/json;q=0` takes everything but JSON.
    const range = [type, 'application/*', '*/*']
      .map((name) => ranges.find((candidate) => candidate.name === name))
      .find((found) => found !== undefined)
    const quality = range?.quality ?? 0
    if (quality > (best?.quality ?? 0)) best = { type, quality }
  }
  return best?.type
}

function rangeOf(text: string): { readonly name: string; readonly quality: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice(2))
  return { name, quality: Number.isFinite(quality) ? quality : 0 }
}

const JSON_IN_UTF8 = /^application\/json *(?:; *charset *= *"?utf-?8"? *)?$/i

/** Whether a `content-type` says JSON in UTF-8, the only encoding that JSON has (RFC 8259 section 8.1). */
export function isJson(contentType: string): boolean {
  return JSON_IN_UTF8.test(contentType.trim())
}
