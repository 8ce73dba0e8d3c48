import { parseArgs } from 'node:util'
import { fillDemo } from '../../src/database/fill-demo.ts'
import { startOwnCluster } from '../server-cluster.ts'
import { killGateways } from './kill-gateways.ts'
import { killServers } from './kill-servers.ts'

// `npm run test:crash -- --kills N [--seed S]`: N kills of the gateway, then N of its database server.
const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = Number(values.kills ?? 200)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run test:crash -- [--kills N] [--seed S]')
  process.exit(2)
}
console.log(`seed ${seed}`)

const cluster = await startOwnCluster()
try {
  for (const database of ['of_gateways', 'of_servers']) {
    await cluster.ensureDatabase(database)
    await fillDemo(cluster.url(database), 60, () => undefined)
  }
  const report = console.log
  const gateways = await killGateways({ databaseUrl: cluster.url('of_gateways'), kills, seed, report })
  const servers = await killServers({ cluster, database: 'of_servers', kills, seed, report })
  const answers = gateways.answers + servers.answers
  console.log(`gateway: ${JSON.stringify(gateways)}`)
  console.log(`server: ${JSON.stringify(servers)}`)
  console.log(
    `crash: ${gateways.kills} kills of the gateway, ${servers.kills} of the server, ${answers} answers, 0 without their record, seed ${seed}`,
  )
} catch (error) {
  console.error((error as Error).message)
  console.log(`crash: failed, seed ${seed}`)
  process.exitCode = 1
}
await cluster.stop()
// What a failed run left under way must not hold it up.
process.exit()
