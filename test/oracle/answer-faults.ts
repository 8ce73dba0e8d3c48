import type { Answer } from '../gateway.ts'
import type { Blocked, Refused } from './walker.ts'

/** The codes of HTTP for refusals; all others are 400. */
const FORBIDDEN = new Set([
  'FIELD_NOT_PERMITTED',
  'ARGUMENT_NOT_PERMITTED',
  'PURPOSE_NOT_GRANTED',
  'ROLE_MISSING',
  'CLAIM_MISSING',
])

interface AnswerError {
  readonly path?: readonly string[]
  readonly message: string
  readonly extensions: {
    readonly code: string
    readonly coordinate?: string
    readonly permittedFor?: readonly string[]
  }
}

/** What is wrong with an answer that must be a refusal. */
export function refusalFaults({ codes, blocked }: Refused, answer: Answer): readonly string[] {
  const faults = codeFaults(answer, codes)
  return blocked.length > 0 && faults.length === 0 ? errorFaults(answer.body.errors, blocked) : faults
}

/** What is wrong with an answer that must be without data, for one of some codes. */
export function codeFaults({ status, body }: Answer, codes: readonly string[]): readonly string[] {
  const errors: readonly AnswerError[] = body?.errors ?? []
  const faults: string[] = []
  if (typeof body !== 'object' || Object.hasOwn(body, 'data')) faults.push('a refusal with data')
  if (errors.length === 0 || errors.some((error) => !codes.includes(error.extensions?.code)))
    faults.push(`${codes.join(' or ')} expected: ${JSON.stringify(body)?.slice(0, 500)}`)
  else if (status !== (FORBIDDEN.has(errors[0]?.extensions.code ?? '') ? 403 : 400))
    faults.push(`status ${status}`)
  return faults
}

/** What is missing or too many: one error for each blocked coordinate at each path, and no other. */
export function errorFaults(errors: readonly AnswerError[], blocked: readonly Blocked[]): readonly string[] {
  const line = (
    code: string,
    coordinate = '',
    path: readonly string[] = [],
    permitted: readonly string[] = [],
  ) => `${code} ${coordinate} at ${path.join('.')} for ${[...permitted].sort().join()}`
  const expected = blocked.map((b) => line(b.code, b.coordinate, b.path, b.permittedFor)).sort()
  const served = errors
    .map(({ path, extensions: e }) => line(e?.code, e?.coordinate, path, e?.permittedFor))
    .sort()
  const missing = expected.filter((one) => !served.includes(one)).map((one) => `missing: ${one}`)
  const surplus = served.filter((one, i) => !expected.includes(one) || served.indexOf(one) !== i)
  return [...missing, ...surplus.map((one) => `surplus: ${one}`)]
}
