import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql'
import { ERRORS, type ErrorCode, FAULT, graphqlErrorOf, type Problem } from '../errors.ts'
import { sentenceOf } from './sentence.ts'

const LITERALS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
])

/**
 * The last hand on every error before it leaves: a code of the table, one sentence, and no value, stack or SQL. What we did
 * not mean to say is `INTERNAL_ERROR`.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : undefined
  const meant = original instanceof GraphQLError ? codeOf(original.extensions.code) : undefined
  const misfit = error instanceof GraphQLError && LITERALS.has(error.nodes?.[0]?.kind ?? '')
  const code = misfit
    ? 'GRAPHQL_VALIDATION_FAILED'
    : (meant ?? codeOf(formatted.extensions?.code) ?? 'INTERNAL_ERROR')
  const { coordinate, permittedFor } = formatted.extensions ?? {}
  return {
    message: misfit ? literalSentence(formatted.message) : messageOf(code, formatted.message),
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: {
      code,
      ...(coordinate !== undefined && { coordinate }),
      ...(permittedFor !== undefined && { permittedFor }),
    },
  }
}

/** The form in which a client sees a problem. */
export function formatProblem(problem: Problem): GraphQLFormattedError {
  const error = graphqlErrorOf(problem)
  return formatError(error.toJSON(), error)
}

export function codeOf(code: unknown): ErrorCode | undefined {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined
}

/** Our own messages pass as they are, and graphql-js' are rewritten. */
function messageOf(code: ErrorCode, message: string): string {
  switch (code) {
    case 'INTERNAL_ERROR':
      return FAULT.message
    case 'GRAPHQL_PARSE_FAILED':
    case 'GRAPHQL_VALIDATION_FAILED':
      return sentenceOf(message)
    default:
      return message
  }
}

/** graphql-js quotes a literal that does not fit its type. */
function literalSentence(message: string): string {
  const type =
    /^Expected value of type "([^"]+)"/.exec(message) ??
    /^Enum "(\w+)"/.exec(message) ??
    /in "(\w+)" enum\./.exec(message) ??
    /^(\w+) (?:cannot represent|must be)/.exec(message)
  return type ? `a value does not fit its type \`${type[1]}\`` : 'a value does not fit its type'
}
