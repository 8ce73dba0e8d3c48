import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql'
import { ERRORS, type ErrorCode } from '../errors.ts'

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
 * The last hand on every error before it leaves: a code of the table, and no value, stack or SQL. What we did not mean to
 * say is `INTERNAL_ERROR`.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : undefined
  const meant = original instanceof GraphQLError ? codeOf(original.extensions.code) : undefined
  const code = meant ?? codeOf(formatted.extensions?.code) ?? 'INTERNAL_ERROR'
  const { coordinate, permittedFor } = formatted.extensions ?? {}
  return {
    message:
      code === 'INTERNAL_ERROR' ? 'the gateway failed; nothing was released' : messageOf(formatted, error),
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: {
      code,
      ...(coordinate !== undefined && { coordinate }),
      ...(permittedFor !== undefined && { permittedFor }),
    },
  }
}

export function codeOf(code: unknown): ErrorCode | undefined {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined
}

/** graphql-js quotes a literal that does not fit its type; a literal may be somebody's address. */
function messageOf(formatted: GraphQLFormattedError, error: unknown): string {
  const node = error instanceof GraphQLError ? error.nodes?.[0] : undefined
  if (!node || !LITERALS.has(node.kind)) return withoutHint(formatted.message)
  const type =
    /^Expected value of type "([^"]+)"/.exec(formatted.message) ??
    /^(\w+) (?:cannot represent|must be)/.exec(formatted.message)
  return type ? `a value does not fit its type \`${type[1]}\`` : 'a value does not fit its type'
}

/** Suggestions would name fields that the caller may not see. */
function withoutHint(message: string): string {
  return message.replace(/ ?Did you mean.*\?$/s, '')
}
