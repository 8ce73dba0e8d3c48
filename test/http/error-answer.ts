import { expect } from 'vitest'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import type { Received } from './send.ts'

export interface ToldError {
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: ErrorCode }
  readonly path?: readonly (string | number)[]
  readonly locations?: unknown
}

/** What must never be in an answer: words that only a stack trace, a statement or a connection would bring along. */
const INNER_WORDS =
  /node_modules|\bat .*:\d+:\d+|\/src\/|SELECT |FROM "|pg_|postgres|127\.0\.0\.1|ECONN|SQLSTATE|relation "|stacktrace/i

/** One sentence: lowercase, no full stop, one line. Names of types may follow in backticks. */
const SENTENCE = /^[a-z`][^\n]*[^.\n]$/

/** Holds for every error answer, whatever went wrong; returns what it tells. */
export function expectErrorAnswer(
  received: Received,
  code: ErrorCode,
  secrets: readonly string[],
): readonly ToldError[] {
  const { status, headers, text } = received
  expect({ status, text }).toEqual({ status: ERRORS[code].status, text })
  expect(headers['content-type']).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/)
  expect(headers['cache-control']).toBe('no-store')
  if (status === 503) expect(headers['retry-after']).toMatch(/^\d+$/)
  if (status === 401) expect(headers['www-authenticate']).toMatch(/^Bearer/)
  const body = JSON.parse(text) as { readonly errors: readonly ToldError[] }
  expect(Object.keys(body)).toEqual(['errors'])
  expect(body.errors.length).toBeGreaterThan(0)
  expect(body.errors[0]?.extensions.code).toBe(code)
  for (const { message, extensions, ...others } of body.errors) {
    expect(message).toMatch(SENTENCE)
    expect(message).not.toMatch(/\. [A-Z]/)
    expect(ERRORS).toHaveProperty(extensions.code)
    expect(['code', 'coordinate', 'permittedFor']).toEqual(expect.arrayContaining(Object.keys(extensions)))
    expect(['path', 'locations']).toEqual(expect.arrayContaining(Object.keys(others)))
  }
  const everything = `${JSON.stringify(headers)}\n${text}`
  expect(everything).not.toMatch(INNER_WORDS)
  for (const secret of secrets) expect(everything).not.toContain(secret)
  return body.errors
}
