import { GraphQLError } from 'graphql'

/**
 * The one table of errors. A code, once published, keeps its meaning; README.md lists the same rows and a test compares.
 * `status` is the HTTP status of an answer that carries no data.
 */
export const ERRORS = {
  BAD_REQUEST: {
    status: 400,
    meaning:
      'the HTTP request is not a GraphQL request: no JSON object, no `query`, a batch, or a GET that another site could send',
  },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'only GET and POST are served' },
  NOT_ACCEPTABLE: {
    status: 406,
    meaning: 'the client accepts neither `application/json` nor `application/graphql-response+json`',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    meaning: 'the body is not `application/json` in UTF-8, uncompressed',
  },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'the body is larger than `MAX_BODY_BYTES`' },
  GRAPHQL_PARSE_FAILED: { status: 400, meaning: 'the document is not GraphQL, or has too many tokens' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: 'the document does not fit the schema' },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    meaning: 'the document has no operation of that name, or several and none was named',
  },
  BAD_USER_INPUT: { status: 400, meaning: 'a variable or an argument has a wrong type or value' },
  CURSOR_INVALID: { status: 400, meaning: 'the cursor was not issued for this list, order and purpose' },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'the operation exceeds a limit on depth, aliases, directives, fields, root fields or conditions',
  },
  QUERY_TOO_LARGE: {
    status: 400,
    meaning:
      'the page sizes multiply to more rows than `MAX_ROWS`, or an aggregate has more than `MAX_GROUPS`',
  },
  OPERATION_UNSUPPORTED: {
    status: 400,
    meaning: 'subscriptions, mutations, `@defer`, `@stream` and persisted queries are not served',
  },
  UNAUTHENTICATED: { status: 401, meaning: 'the token is missing or cannot be verified' },
  TOKEN_EXPIRED: { status: 401, meaning: 'the token has expired' },
  PURPOSE_MISSING: { status: 400, meaning: 'the request declares no purpose' },
  PURPOSE_UNKNOWN: { status: 400, meaning: 'the policy has no purpose of that name' },
  PURPOSE_CONFLICT: { status: 400, meaning: 'header and operation declare different purposes' },
  PURPOSE_NOT_GRANTED: { status: 403, meaning: 'the token does not grant the purpose' },
  ROLE_MISSING: { status: 403, meaning: 'the principal holds none of the roles of the purpose' },
  PURPOSE_SUSPENDED: { status: 403, meaning: 'the purpose, or one that it is within, is suspended' },
  PURPOSE_OVERDUE: {
    status: 403,
    meaning: 'the purpose, or one that it is within, was last reviewed more than thirteen months ago',
  },
  JUSTIFICATION_MISSING: {
    status: 400,
    meaning: 'the purpose, or opening it under break-glass, takes a justification, and the request has none',
  },
  JUSTIFICATION_INVALID: {
    status: 400,
    meaning: 'the justification does not have the form of `JUSTIFICATION_PATTERN`',
  },
  BREAK_GLASS_EXPIRED: {
    status: 403,
    meaning: 'the minutes of this break-glass use are over; another one needs a justification of its own',
  },
  BREAK_GLASS_UNREVIEWED: {
    status: 403,
    meaning: 'an earlier break-glass use of the principal is unreviewed past its deadline',
  },
  FIELD_NOT_PERMITTED: { status: 403, meaning: 'the field may not be read for the purpose' },
  ARGUMENT_NOT_PERMITTED: {
    status: 403,
    meaning:
      'filtering, ordering or looking up by the field needs it as it is, and the purpose may not read it so',
  },
  CLAIM_MISSING: {
    status: 403,
    meaning: 'the purpose chooses rows by a claim that the token lacks or has in another form',
  },
  AGGREGATE_NOT_PERMITTED: {
    status: 403,
    meaning: 'calculating with the field needs it as it is, and the purpose may not read it so',
  },
  GROUPS_ONLY: {
    status: 403,
    meaning:
      'the purpose is served figures about groups; rows, and smallest and largest values, are of single ones',
  },
  BUDGET_EXHAUSTED: {
    status: 429,
    meaning:
      'the principal asked as many different questions about groups as the purpose allows in a day (UTC)',
  },
  REQUEST_CANCELLED: { status: 499, meaning: 'the client went away before the answer' },
  INTERNAL_ERROR: { status: 500, meaning: 'a fault of the gateway; nothing was released' },
  BUDGET_UNAVAILABLE: {
    status: 503,
    meaning: 'what is left of the budget of questions about groups could not be told, so nothing was read',
  },
  DATABASE_UNAVAILABLE: { status: 503, meaning: 'the database does not answer' },
  STATEMENT_TIMEOUT: { status: 504, meaning: 'the read took longer than `STATEMENT_TIMEOUT_MS`' },
  AUDIT_UNAVAILABLE: {
    status: 503,
    meaning: 'the access could not be put on record, so nothing was released',
  },
} as const satisfies Readonly<Record<string, { status: number; meaning: string }>>

export type ErrorCode = keyof typeof ERRORS

/** An expected failure: a value that is returned, and becomes an error only at the edge of the framework. */
export interface Problem {
  readonly code: ErrorCode
  /** One lowercase sentence, names in backticks, no data value. */
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly coordinate?: string
  /** Purposes for which the field may be read. */
  readonly permittedFor?: readonly string[]
}

/** A fault of ours; what it was stays inside. */
export const FAULT: Problem = {
  code: 'INTERNAL_ERROR',
  message: 'the gateway failed; nothing was released',
}

export function statusOf(code: ErrorCode): number {
  return ERRORS[code].status
}

/** For graphql-js and what is built on it. */
export function graphqlErrorOf(problem: Problem): GraphQLError {
  const { code, message, path, coordinate, permittedFor } = problem
  return new GraphQLError(message, {
    ...(path && { path }),
    extensions: {
      code,
      ...(coordinate !== undefined && { coordinate }),
      ...(permittedFor && { permittedFor }),
    },
  })
}
