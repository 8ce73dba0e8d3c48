import type { Answer } from '../gateway.ts'
import { CURSOR } from './plain-resolver.ts'
import type { Question } from './question.ts'
import type { Expected, Stage } from './reference.ts'

/**
 * How the gateway's answer differs from graphql-js'; undefined where it does not. `data` is compared as text, byte by byte.
 * What we mean to differ in is listed here and nowhere else:
 * - messages are sentences of our own, without values: of a refusal the kind, the number, the places and the names count;
 * - of several variables that do not fit, the first is told;
 * - an operation with an error in a field is refused whole;
 * - an argument that fits its type and cannot be answered is refused before anything is read.
 */
export function differenceOf(
  expected: Expected,
  answer: Answer,
  { sound }: Pick<Question, 'sound'>,
): string | undefined {
  if (expected.kind === 'refused') return refusalDifference(expected, answer)
  if (!sound && isAboutArgument(answer)) return undefined
  if (expected.errors.length > 0) {
    const codes = codesOf(answer)
    return dataOf(answer) === undefined &&
      codes.length > 0 &&
      codes.every((code) => code === 'BAD_USER_INPUT')
      ? undefined
      : `graphql-js has errors (${expected.errors[0]?.message}), and the gateway answers ${shown(answer.text)}`
  }
  const data = dataOf(answer)
  if (answer.status !== 200 || data === undefined) return `an answer expected, not ${shown(answer.text)}`
  if (answer.body.errors !== undefined) return `errors beside the answer: ${shown(answer.text)}`
  return data === expected.data ? undefined : textDifference(expected.data, data)
}

const UNANSWERABLE = [
  /^an argument has a value that its field cannot have$/,
  /^each entry of `orderBy` names exactly one field and a direction$/,
  /^`first` must be a whole number from 1 to 500$/,
  /^`\w+`( of `\w+`)? in `where` is null; /,
]

function isAboutArgument({ body }: Answer): boolean {
  const errors = (body?.errors ?? []) as readonly OurError[]
  return errors.length > 0 && errors.every(({ message }) => UNANSWERABLE.some((one) => one.test(message)))
}

/** Its text as it stands in the body, every cursor replaced. */
function dataOf({ text, body }: Answer): string | undefined {
  if (!body || !('data' in body)) return undefined
  const head = body.errors === undefined ? '{"data":' : `{"errors":${JSON.stringify(body.errors)},"data":`
  const end = body.extensions === undefined ? '}' : `,"extensions":${JSON.stringify(body.extensions)}}`
  if (!text.startsWith(head) || !text.endsWith(end)) return text
  return text
    .slice(head.length, text.length - end.length)
    .replace(/"[A-Za-z0-9_-]{120,}"/g, JSON.stringify(CURSOR))
}

const CODES: Readonly<Record<Stage, readonly string[]>> = {
  parse: ['GRAPHQL_PARSE_FAILED'],
  // What is not served is told apart by our own rule, as one more error of the validation.
  validate: ['GRAPHQL_VALIDATION_FAILED', 'OPERATION_UNSUPPORTED'],
  operation: ['OPERATION_RESOLUTION_FAILURE', 'OPERATION_UNSUPPORTED'],
  variables: ['BAD_USER_INPUT'],
}

function refusalDifference(
  { stage, errors }: Extract<Expected, { kind: 'refused' }>,
  answer: Answer,
): string | undefined {
  const told = `graphql-js refuses (${stage}): ${errors.map((error) => error.message).join('; ')}`
  if (answer.status !== 400 || dataOf(answer) !== undefined || !Array.isArray(answer.body?.errors))
    return `${told}; and the gateway answers ${answer.status} ${shown(answer.text)}`
  const wrong = codesOf(answer).filter((code) => !CODES[stage].includes(code))
  if (wrong.length > 0) return `${told}; and the gateway: ${shown(answer.text)}`
  const ours = (answer.body.errors as readonly OurError[]).filter(
    ({ extensions }) => extensions.code !== 'OPERATION_UNSUPPORTED',
  )
  if (stage === 'operation') return undefined
  const compared = stage === 'variables' ? errors.slice(0, 1) : errors
  if (ours.length !== compared.length) return `${told}; ${ours.length} errors: ${shown(answer.text)}`
  for (const [i, error] of compared.entries()) {
    const our = ours[i]
    if (stage !== 'variables' && JSON.stringify(error.locations) !== JSON.stringify(our?.locations))
      return `${told}; error ${i} lies elsewhere: ${shown(answer.text)}`
    const missing = namesIn(stage, error.message).filter((name) => !our?.message.includes(`\`${name}\``))
    if (missing.length > 0 && !/^a value does not fit/.test(our?.message ?? ''))
      return `${told}; ${missing.join()} is not named: ${shown(answer.text)}`
  }
  return undefined
}

interface OurError {
  readonly message: string
  readonly locations?: unknown
  readonly extensions: { readonly code: string }
}

/** What a message of graphql-js quotes, hints and literals aside. */
function namesIn(stage: Stage, message: string): readonly string[] {
  if (stage === 'parse') return []
  if (stage === 'variables') return variablePlaces(message)
  const names = message.replace(/ ?Did you mean.*$/s, '').matchAll(/"([^"]*)"/g)
  return [...names].map(([, name = '']) => name)
}

/** `Variable "$v0" got invalid value {} at "v0.equals"; …` names the variable and the place in it. */
function variablePlaces(message: string): readonly string[] {
  const [, variable] = /^Variable "(\$\w+)"/.exec(message) ?? []
  const [, place] = / at "(\w+[.[][\w.[\]]*)"/.exec(message) ?? []
  return [variable, place && `$${place}`].filter((name) => name !== undefined)
}

function codesOf({ body }: Answer): readonly string[] {
  return ((body?.errors ?? []) as readonly OurError[]).map(({ extensions }) => extensions.code)
}

function textDifference(expected: string, data: string): string {
  let at = 0
  while (expected[at] === data[at]) at++
  const near = (text: string) => text.slice(Math.max(0, at - 60), at + 60)
  return `from character ${at} on: expected …${near(expected)}…, served …${near(data)}…`
}

function shown(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
