import { readFile } from 'node:fs/promises'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'

/**
 * What the gateway does otherwise on purpose, by the permanent id of the audit. All are SHOULD, and all are one decision:
 * a refusal has one status, whatever the client accepts.
 */
const DEVIATIONS: Readonly<Record<string, string>> = {
  '572B': 'a document that is not GraphQL is 400, also for `application/json`',
  FDE2: 'a document that does not fit the schema is 400, also for `application/json`',
  '7B9B': 'a variable that does not fit its type is 400, also for `application/json`',
}

let database: TestDatabase
let gateway: TestGateway
let authorization: string

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url })
  authorization = `Bearer ${await gateway.token({ roles: ['BILLING_CLERK'], purposes: ['BILLING'] })}`
})
afterAll(async () => {
  await gateway?.close()
  await database?.drop()
})

/** What every client of the gateway sends; on a GET also the header that no page of another site can send. */
function fetchAsClient(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', authorization)
  headers.set('x-purpose', 'BILLING')
  if ((init.method ?? 'GET') === 'GET') headers.set('apollo-require-preflight', 'true')
  return fetch(url, { ...init, headers })
}

const audits = serverAudits({ url: () => gateway.url, fetchFn: fetchAsClient })

it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ id, name, fn }) => {
  const result = await fn()
  if (id in DEVIATIONS) {
    // One that passes by now is no deviation and leaves the table.
    expect(result.status).not.toBe('ok')
    expect(name).toMatch(/^SHOULD /)
  } else expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
})

it('lists every deviation in docs/graphql-over-http.md', async () => {
  const document = await readFile(new URL('../../docs/graphql-over-http.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| `(\w+)` \| .* \| (.+) \|$/gm)].map(([, id, reason]) => [id, reason])
  expect(Object.fromEntries(rows)).toEqual(DEVIATIONS)
  expect(Object.keys(DEVIATIONS).filter((id) => !audits.some((audit) => audit.id === id))).toEqual([])
})
