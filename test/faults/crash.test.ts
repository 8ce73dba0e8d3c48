import { expect, test } from 'vitest'
import { fillDemo } from '../../src/database/fill-demo.ts'
import { createTestDatabase } from '../database.ts'
import { startOwnCluster } from '../server-cluster.ts'
import { killGateways, LANES } from './kill-gateways.ts'
import { killServers } from './kill-servers.ts'

const KILLS = 20
const MOST_ROUNDS = 5
const seed = Math.floor(Math.random() * 2 ** 31)
const LONG_MS = 420_000

// `npm run test:crash` does the same more often.
test(
  `kill -9 of the gateway: each answer that a client received has its record (seed ${seed})`,
  async () => {
    let unclaimed = 0
    for (let round = 0; round < MOST_ROUNDS && unclaimed === 0; round++) {
      const database = await createTestDatabase({ template: 'demo' })
      const figures = await killGateways({
        databaseUrl: database.url,
        kills: KILLS,
        seed: seed + round * LANES,
      })
      await database.drop()
      expect(figures.kills).toBe(KILLS)
      expect(figures.leastInFlight).toBeGreaterThanOrEqual(50)
      unclaimed += figures.unclaimed
    }
    // Some died between commit and answer, or the moments would not be random. On a fast machine few do.
    expect(unclaimed).toBeGreaterThan(0)
  },
  LONG_MS,
)

test(
  `kill -9 of the database server: the same, and the gateway survives (seed ${seed})`,
  async () => {
    const cluster = await startOwnCluster()
    await cluster.ensureDatabase('demo')
    await fillDemo(cluster.url('demo'), 60, () => undefined)
    const figures = await killServers({ cluster, database: 'demo', kills: KILLS, seed })
    await cluster.stop()
    expect(figures.kills).toBe(KILLS)
    expect(figures.leastInFlight).toBeGreaterThanOrEqual(50)
    expect(figures.denied).toBeGreaterThan(0)
  },
  LONG_MS,
)
