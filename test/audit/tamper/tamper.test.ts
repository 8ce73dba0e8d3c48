import { afterAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { tamper } from './tamper.ts'

const databases: TestDatabase[] = []
afterAll(async () => {
  for (const database of databases) await database.drop()
})

it('500 random changes of signed logs, by their owner: each is found, and the first bad record named', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { failures, byName } = await tamper({
    mutations: 500,
    seed,
    sizes: [1, 3, 255, 256, 257, 600, 1_300],
    async createDatabase() {
      const database = await createTestDatabase()
      databases.push(database)
      return database.url
    },
  })
  expect(failures, `seed ${seed}`).toEqual([])
  expect(Object.keys(byName).length).toBeGreaterThan(20)
}, 120_000)
