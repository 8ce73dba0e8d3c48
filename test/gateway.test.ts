import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

let database: TestDatabase
let gateway: TestGateway

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  gateway = await startTestGateway({ databaseUrl: database.url })
})
afterAll(async () => {
  await gateway?.close()
  await database?.drop()
})

const clerk = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }

test('serves what the purpose permits, and nothing else', async () => {
  const query = '{ customers(first: 2) { nodes { id name } } }'
  const { status, body } = await gateway.ask(clerk, { query, purpose: 'BILLING' })
  expect(status).toBe(200)
  expect(body.data.customers.nodes).toHaveLength(2)

  const refused = await gateway.ask(clerk, {
    query: '{ customers { nodes { industryCode } } }',
    purpose: 'BILLING',
  })
  expect(refused.status).toBe(403)
  expect(refused.body).not.toHaveProperty('data')
  expect(refused.body.errors[0].extensions).toMatchObject({
    code: 'FIELD_NOT_PERMITTED',
    coordinate: 'Customer.industryCode',
  })
})
