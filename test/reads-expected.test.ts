import pg from 'pg'
import { expect, it } from 'vitest'
import { openAccessLog } from '../src/audit/log.ts'
import { createTestDatabase } from './database.ts'
import { startTestGateway } from './gateway.ts'

it('the log is told of each read, and that it has ended, also when it failed', async () => {
  const database = await createTestDatabase({ template: 'demo' })
  let [begun, ended] = [0, 0]
  const gateway = await startTestGateway({
    databaseUrl: database.url,
    openLog(options) {
      const log = openAccessLog(options)
      const expectRead = log.expect
      const expectOne = () => {
        begun++
        const read = expectRead()
        return () => {
          ended++
          read()
        }
      }
      return Object.defineProperty(log, 'expect', { value: expectOne })
    },
  })
  const ask = async () => {
    const asker = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
    const query = '{ customers(first: 1) { nodes { name } } }'
    return (await gateway.ask(asker, { purpose: 'BILLING', query })).status
  }
  expect([await ask(), begun, ended]).toEqual([200, 1, 1])
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await owner.query('ALTER TABLE customer RENAME TO customer_gone')
  await owner.end()
  expect([await ask(), begun, ended]).toEqual([500, 2, 2])
  await gateway.close()
  await database.drop()
})
