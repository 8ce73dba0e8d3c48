import type { Problem } from '../errors.ts'
import { answerTypeFor, isJson } from './media-type.ts'

export interface RequestHead {
  readonly method: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Headers that no page of another site can send without asking first (Fetch standard, CORS-safelisted headers). */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name']

/**
 * What keeps a request from being GraphQL over HTTP, as far as its head tells; decided before its body is read. Apollo's own
 * layer for it is not used, so that every refusal has a code of the table and goes on record.
 */
export function headProblem({ method, headers }: RequestHead): Problem | undefined {
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  if (!isHost(header('host') ?? '')) return bad('the header `host` is not the name of a host')
  if (answerTypeFor(header('accept')) === undefined)
    return {
      code: 'NOT_ACCEPTABLE',
      message:
        'the header `accept` takes neither `application/json` nor `application/graphql-response+json`, and there is nothing else',
    }
  const contentType = header('content-type')
  const encoding = header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return unsupported('the body is compressed; send it without `content-encoding`')
  if (contentType !== undefined && !isJson(contentType))
    return unsupported('the body must be `application/json` in UTF-8')
  if (method === 'POST' && contentType === undefined)
    return unsupported('the request has no `content-type`; send `application/json`')
  if (
    method === 'GET' &&
    contentType === undefined &&
    PREFLIGHTED.every((name) => header(name) === undefined)
  )
    return bad(
      'a GET request needs the header `apollo-require-preflight`, which a page of another site cannot send',
    )
  return undefined
}

/** Nearly every request names the host that the one before named. */
let lastHost = ''

function isHost(host: string): boolean {
  if (host !== '' && host === lastHost) return true
  if (!URL.canParse(`http://${host}/`)) return false
  lastHost = host
  return true
}

/** What keeps a parsed body from being one GraphQL request. */
export function bodyProblem(body: unknown): Problem | undefined {
  if (Array.isArray(body)) return bad('a batch is not served; send one request per operation')
  if (!isRecord(body)) return bad('the body must be a JSON object with the document in `query`')
  const { query, variables, operationName, extensions } = body
  if (isRecord(extensions) && extensions.persistedQuery !== undefined) return PERSISTED
  if (typeof query !== 'string' || query.trim() === '')
    return bad('the request has no document; send it as text in `query`')
  if (!isRecord(variables ?? {})) return bad('`variables` must be a JSON object')
  if (!isRecord(extensions ?? {})) return bad('`extensions` must be a JSON object')
  if (typeof (operationName ?? '') !== 'string') return bad('`operationName` must be text')
  return undefined
}

/** The same for the parameters of a GET; a repeated one is an array. */
export function parametersProblem(parameters: Parameters): Problem | undefined {
  const repeated = NAMES.find((name) => Array.isArray(parameters[name]))
  if (repeated) return bad(`the parameter \`${repeated}\` is given more than once`)
  return bodyProblem(bodyOfParameters(parameters))
}

/** The parameters of a GET as the body of a POST: they are texts, two of them JSON. */
export function bodyOfParameters(parameters: Parameters): Readonly<Record<string, unknown>> {
  const json = (value: unknown) => (typeof value === 'string' ? (parsed(value) ?? false) : value)
  const { query, variables, operationName, extensions } = parameters
  return { query, variables: json(variables), operationName, extensions: json(extensions) }
}

type Parameters = Readonly<Record<string, unknown>>

const NAMES = ['query', 'variables', 'operationName', 'extensions'] as const

const PERSISTED: Problem = {
  code: 'OPERATION_UNSUPPORTED',
  message: 'persisted queries are not served; send the whole document in `query`',
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function bad(message: string): Problem {
  return { code: 'BAD_REQUEST', message }
}

function unsupported(message: string): Problem {
  return { code: 'UNSUPPORTED_MEDIA_TYPE', message }
}
