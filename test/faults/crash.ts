import { parseArgs } from 'node:util'
import { fillDemo } from '../../src/database/fill-demo.ts'
import { startOwnCluster } from '../server-cluster.ts'
import { cutCommits } from './cut-commits.ts'
import { fillDisks } from './fill-disks.ts'
import { killGateways } from './kill-gateways.ts'
import { killServers } from './kill-servers.ts'
import { severalGateways } from './several-gateways.ts'

const USAGE =
  'usage: npm run test:crash -- [--kills N] [--server-kills N] [--cuts N] [--disks N] [--answers N] [--seed S]'
const { values } = parseArgs({
  options: {
    /** Of the gateway. */
    kills: { type: 'string' },
    /** Of its database server; as many as of the gateway unless given. */
    'server-kills': { type: 'string' },
    cuts: { type: 'string' },
    disks: { type: 'string' },
    /** That each of four gateways on one log gives. */
    answers: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
const kills = Number(values.kills ?? 200)
const serverKills = Number(values['server-kills'] ?? kills)
const cuts = Number(values.cuts ?? 0)
const disks = Number(values.disks ?? 0)
const answersEach = Number(values.answers ?? 0)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (![kills, serverKills, cuts, disks, answersEach, seed].every((n) => Number.isInteger(n) && n >= 0)) {
  console.error(USAGE)
  process.exit(2)
}
console.log(`seed ${seed}`)

const report = console.log
const cluster = await startOwnCluster()
/** The demo in a database of its own. */
async function databaseFor(name: string): Promise<string> {
  await cluster.ensureDatabase(name)
  await fillDemo(cluster.url(name), 60, () => undefined)
  return cluster.url(name)
}

try {
  const done: string[] = []
  let answers = 0
  const tell = (what: string, figures: { readonly answers: number }) => {
    answers += figures.answers
    done.push(what)
    console.log(`${what}: ${JSON.stringify(figures)}`)
  }
  if (answersEach > 0) {
    const databaseUrl = await databaseFor('of_several')
    tell('4 gateways at once', await severalGateways({ databaseUrl, gateways: 4, answersEach }))
  }
  if (cuts > 0)
    tell(`${cuts} cuts`, await cutCommits({ databaseUrl: await databaseFor('of_cuts'), cuts, seed, report }))
  if (disks > 0) {
    const figures = await fillDisks({ disks, report })
    if (figures) tell(`${disks} full disks`, figures)
    else console.log('full disks are skipped: no tmpfs can be mounted here (it takes root)')
  }
  if (kills > 0) {
    const databaseUrl = await databaseFor('of_gateways')
    tell(`${kills} kills of the gateway`, await killGateways({ databaseUrl, kills, seed, report }))
  }
  if (serverKills > 0) {
    await databaseFor('of_servers')
    const figures = await killServers({ cluster, database: 'of_servers', kills: serverKills, seed, report })
    tell(`${serverKills} kills of the server`, figures)
  }
  console.log(
    `crash: ${done.join(', ')}; ${answers} answers, 0 without their record, no index twice, no gap, ready within 5 s, seed ${seed}`,
  )
} catch (error) {
  console.error((error as Error).message)
  console.log(`crash: failed, seed ${seed}`)
  process.exitCode = 1
}
await cluster.stop()
// What a failed run left under way must not hold it up.
process.exit()
