import { expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { cutCommits } from './cut-commits.ts'
import { fillDisks } from './fill-disks.ts'
import { severalGateways } from './several-gateways.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const LONG_MS = 120_000

// `npm run test:crash` does the same more often.
test(
  `connections break and stall in the middle of commits: no answer without its record (seed ${seed})`,
  async () => {
    const database = await createTestDatabase({ template: 'demo' })
    const figures = await cutCommits({ databaseUrl: database.url, cuts: 3, seed })
    await database.drop()
    expect(figures.cuts).toBe(3)
  },
  LONG_MS,
)

test(
  'four gateways write one log, none starves, and one that is killed takes nothing with it',
  async () => {
    const database = await createTestDatabase({ template: 'demo' })
    const figures = await severalGateways({ databaseUrl: database.url, gateways: 4, answersEach: 20 })
    await database.drop()
    expect(figures.answers).toBeGreaterThan(80)
    expect(figures.fairness).toBeGreaterThan(0.1)
  },
  LONG_MS,
)

test(
  'the disk of the database is full: nothing is released, and it recovers by itself',
  async (context) => {
    const figures = await fillDisks({ disks: 1 })
    if (!figures)
      return context.skip('a full disk is not tried: no tmpfs can be mounted here (it takes root)')
    expect(figures.denied).toBeGreaterThan(0)
  },
  LONG_MS,
)
