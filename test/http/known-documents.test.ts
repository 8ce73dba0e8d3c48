import { buildSchema } from 'graphql'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openValidatedDocuments } from '../../src/enforce/validated-documents.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, type Asked, startTestGateway, type TestGateway } from '../gateway.ts'
import { logSize, recordsFrom } from './records.ts'

/**
 * A document that comes again is not parsed and validated again. Nothing else of a request may depend on whether its
 * document came before: who asks, for what purpose, with which variables and for which of its operations.
 */
let database: TestDatabase
let gateway: TestGateway
let owner: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url })
  owner = new pg.Pool({ connectionString: database.url, max: 1 })
})
afterAll(async () => {
  await owner?.end()
  await gateway?.close()
  await database?.drop()
})

const CLERK = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
const TWO = 'query A($id: ID!) { customer(id: $id) { id } } query B { customers(first: 1) { nodes { id } } }'

const CASES: readonly (readonly [string, string | undefined, Asked])[] = [
  ['a read', undefined, { purpose: 'BILLING', query: '{ customer(id: 1) { id name } }' }],
  ['a list', undefined, { purpose: 'BILLING', query: '{ customers(first: 2) { nodes { id } } }' }],
  [
    'one of two operations',
    undefined,
    { purpose: 'BILLING', query: TWO, operationName: 'A', variables: { id: 2 } },
  ],
  ['the other', undefined, { purpose: 'BILLING', query: TWO, operationName: 'B' }],
  ['none of two operations', 'OPERATION_RESOLUTION_FAILURE', { purpose: 'BILLING', query: TWO }],
  [
    'an operation that is not there',
    'OPERATION_RESOLUTION_FAILURE',
    { purpose: 'BILLING', query: TWO, operationName: 'C' },
  ],
  ['an empty name', 'OPERATION_RESOLUTION_FAILURE', { purpose: 'BILLING', query: TWO, operationName: '' }],
  [
    'a misfit',
    'BAD_USER_INPUT',
    { purpose: 'BILLING', query: TWO, operationName: 'A', variables: { id: [] } },
  ],
  ['a missing variable', 'BAD_USER_INPUT', { purpose: 'BILLING', query: TWO, operationName: 'A' }],
  ['no purpose', 'PURPOSE_MISSING', { query: '{ customer(id: 1) { id } }' }],
  [
    'a purpose not granted',
    'PURPOSE_NOT_GRANTED',
    { purpose: 'SUPPORT', query: '{ customer(id: 1) { id } }' },
  ],
  [
    'a blocked field',
    'FIELD_NOT_PERMITTED',
    { purpose: 'BILLING', query: '{ customer(id: 1) { industryCode } }' },
  ],
  ['introspection', undefined, { query: '{ __schema { queryType { name } } }' }],
  [
    'introspection beside data',
    undefined,
    { purpose: 'BILLING', query: '{ __typename customer(id: 1) { id } }' },
  ],
  ['not GraphQL', 'GRAPHQL_PARSE_FAILED', { purpose: 'BILLING', query: '{ customer(' }],
  [
    'an unknown field',
    'GRAPHQL_VALIDATION_FAILED',
    { purpose: 'BILLING', query: '{ customer(id: 1) { nothing } }' },
  ],
  [
    'too deep',
    'QUERY_TOO_COMPLEX',
    { purpose: 'BILLING', query: `{ ${'a { '.repeat(40)}b${' }'.repeat(40)} }` },
  ],
  ['a mutation', 'OPERATION_UNSUPPORTED', { purpose: 'BILLING', query: 'mutation { a }' }],
]

async function asked(question: Asked) {
  const from = await logSize(owner)
  const answer = await gateway.ask(CLERK, question)
  return { answer: seen(answer), records: (await recordsFrom(owner, from)).map(({ access }) => same(access)) }
}

/** All that a client sees but the moment. */
const seen = ({ status, headers, text }: Answer) => ({
  status,
  text,
  headers: [...headers].filter(([name]) => name !== 'date'),
})

const codeOf = ({ text }: Pick<Answer, 'text'>): string | undefined =>
  JSON.parse(text).errors?.[0].extensions.code

/** Without what is another with each access. */
const same = (access: object) => Object.fromEntries(Object.entries(access).filter(([name]) => !OWN.has(name)))
const OWN = new Set(['at', 'id', 'trace'])

test.each(CASES)('%s: the third time as the first', async (_, code, question) => {
  const first = await asked(question)
  expect(codeOf(first.answer)).toBe(code)
  expect(await asked(question)).toEqual(first)
  expect(await asked(question)).toEqual(first)
})

describe('a document that one was served', () => {
  const query = '{ customer(id: 1) { id name cvr } }'
  test('is refused to who has no right to it', async () => {
    expect((await gateway.ask(CLERK, { purpose: 'BILLING', query })).status).toBe(200)
    const other = { roles: ['MARKET_ANALYST'], purposes: ['MARKET_ANALYSIS'] }
    expect((await gateway.ask(other, { purpose: 'BILLING', query })).status).toBe(403)
    expect((await gateway.ask(other, { purpose: 'MARKET_ANALYSIS', query })).status).toBe(403)
    expect((await gateway.ask(CLERK, { query })).status).toBe(400)
  })

  test('is another document with one character more', async () => {
    expect((await gateway.ask(CLERK, { purpose: 'BILLING', query: `${query}}` })).status).toBe(400)
    expect((await gateway.ask(CLERK, { purpose: 'BILLING', query })).status).toBe(200)
  })
})

test('only so many are kept, those that came last, and none of what is not valid', async () => {
  const { limits } = gateway.config
  const documents = await openValidatedDocuments(buildSchema('type Query { a: Int }'), limits)
  const kept = (text: string) => documents.known(text) !== undefined
  for (let i = 0; i <= 2_000; i++) await documents.validate(`{ a${i}: a }`)
  expect(['{ a0: a }', '{ a1: a }', '{ a2000: a }'].map(kept)).toEqual([false, true, true])
  for (const text of ['{ b }', '{ a', 'mutation { a }'])
    expect((await documents.validate(text)).kind).toBe('invalid')
  expect(['{ b }', '{ a', 'mutation { a }'].map(kept)).toEqual([false, false, false])
})

test('where Apollo fails, the document is refused as a fault of ours, and nothing of the fault is told', async () => {
  const { limits } = gateway.config
  const failing = Object.defineProperty({ ...limits }, 'depth', {
    get: () => {
      throw new Error('a secret')
    },
  })
  const documents = await openValidatedDocuments(buildSchema('type Query { a: Int }'), failing)
  const message = 'the gateway failed; nothing was released'
  expect(await documents.validate('{ a }')).toMatchObject({
    kind: 'invalid',
    status: 500,
    errors: [{ message, extensions: { code: 'INTERNAL_ERROR' } }],
  })
  expect(documents.known('{ a }')).toBeUndefined()
})
