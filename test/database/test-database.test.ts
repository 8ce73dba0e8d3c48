import { expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { query } from './embedded-processes.ts'

test('the demo template is made once, and each clone of it is a database of its own', async () => {
  const [one, two] = await Promise.all([
    createTestDatabase({ template: 'demo' }),
    createTestDatabase({ template: 'demo' }),
  ])
  const count = 'SELECT count(*)::int AS n FROM customer'
  expect(await query(one.url, count)).toEqual([{ n: 60 }])
  await query(one.url, 'CREATE TABLE mine ()')
  await expect(query(two.url, 'SELECT FROM mine')).rejects.toMatchObject({ code: '42P01' })
  await one.drop()
  await expect(query(one.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  await two.drop()
})

test('an empty one is empty', async () => {
  const database = await createTestDatabase()
  expect(await query(database.url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([])
  await database.drop()
})
