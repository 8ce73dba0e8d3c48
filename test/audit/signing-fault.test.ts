import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { startTestGateway } from '../gateway.ts'

test('`/metrics` tells that the log was altered and is not signed any more; requests go on', async () => {
  const database = await createTestDatabase({ template: 'demo' })
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  const gateway = await startTestGateway({ databaseUrl: database.url })
  const ask = async () => {
    const asker = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
    const query = '{ customers(first: 1) { nodes { id } } }'
    return (await gateway.ask(asker, { purpose: 'BILLING', query })).status
  }
  const signed = async () => (await owner.query('SELECT FROM gateway.checkpoint')).rowCount
  const fault = async () => {
    const text = await (await fetch(new URL('/metrics', gateway.url))).text()
    return /^purpose_gateway_audit_signing_fault (\d)$/m.exec(text)?.[1]
  }
  try {
    expect(await ask()).toBe(200)
    await expect.poll(signed, { timeout: 10_000 }).toBe(1)
    expect(await fault()).toBe('0')
    await owner.query(
      'SET session_replication_role = replica; DELETE FROM gateway.checkpoint; RESET session_replication_role',
    )
    expect(await ask()).toBe(200)
    await expect.poll(fault, { timeout: 10_000 }).toBe('1')
    expect(await ask()).toBe(200)
    expect(await signed()).toBe(0)
    expect(gateway.lines.filter((line) => line.includes('was altered'))).toHaveLength(1)
  } finally {
    await gateway.close()
    await owner.end()
    await database.drop()
  }
})
