import { fillDemo } from '../../src/database/fill-demo.ts'
import { startOwnCluster } from '../server-cluster.ts'
import { wholeNumbers } from '../whole-numbers.ts'
import { cutCommits } from './cut-commits.ts'
import { fillDisks } from './fill-disks.ts'
import { killGateways } from './kill-gateways.ts'
import { killServers } from './kill-servers.ts'
import { severalGateways } from './several-gateways.ts'

const flags = wholeNumbers({
  /** Of the gateway. */
  kills: { least: 0, unless: 200 },
  /** Of its database server; as many as of the gateway unless given. */
  'server-kills': { least: 0 },
  cuts: { least: 0, unless: 0 },
  disks: { least: 0, unless: 0 },
  /** That each of four gateways on one log gives. */
  answers: { least: 0, unless: 0 },
  seed: { least: 0, unless: 'random' },
})
const { kills, 'server-kills': serverKills = kills, cuts, disks, answers: answersEach, seed } = flags
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
