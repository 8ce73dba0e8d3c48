import { randomOf } from '../../oracle/random.ts'
import { startOwnCluster } from '../../server-cluster.ts'
import { wholeNumbers } from '../../whole-numbers.ts'
import { tamper } from './tamper.ts'

// `npm run test:tamper -- --mutations N [--seed S]`: N random changes of signed logs, straight in the database.
const { mutations, seed } = wholeNumbers({
  mutations: { least: 1, unless: 10_000 },
  seed: { least: 0, unless: 'random' },
})
console.log(`seed ${seed}`)
const random = randomOf(seed)
const sizes = [1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 1_024, 5_000]
for (let i = 0; i < 8; i++) sizes.push(1 + Math.floor(2 ** (random.below(1_230) / 100)))

const cluster = await startOwnCluster()
try {
  const begun = performance.now()
  let logs = 0
  const report = await tamper({
    mutations,
    seed,
    sizes,
    async createDatabase() {
      const name = `log_${logs++}`
      await cluster.ensureDatabase(name)
      return cluster.url(name)
    },
  })
  for (const [name, count] of Object.entries(report.byName).sort())
    console.log(`${String(count).padStart(6)} ${name}`)
  for (const failure of report.failures) console.error(failure)
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(
    `tamper: ${report.mutations} mutations of ${sizes.length} logs of ${Math.min(...sizes)} to ${Math.max(...sizes)} records, ${report.found} found, ${report.named} bad records named, ${seconds} s, seed ${seed}`,
  )
  if (report.failures.length > 0) process.exitCode = 1
} catch (error) {
  console.error((error as Error).stack)
  console.log(`tamper: failed, seed ${seed}`)
  process.exitCode = 1
}
await cluster.stop()
