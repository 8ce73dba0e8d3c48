import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/database/embedded.ts'
import { openOracleDatabase } from './database.ts'
import { leaksIn } from './leaks.ts'
import { faultsOf, figuresOf } from './report.ts'
import { runCases } from './run.ts'

// The leak oracle and the truth oracle in one: every case is checked for both. --cases N --seed S --only CASE
const { values: flags } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
    only: { type: 'string' },
  },
})
const seed = Number(flags.seed)
const only = flags.only === undefined ? undefined : Number(flags.only)
const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-oracle-'))
const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true })
try {
  console.error(`seed ${seed}`)
  await server.ensureDatabase('oracle')
  const database = await openOracleDatabase(server.url('oracle'))
  const onProgress = (done: number): void => console.error(`${done} of ${flags.cases}`)
  const report = await runCases(database, { cases: Number(flags.cases), seed, only, onProgress })
  await database.close()
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8').catch(() => '')
  const outside = [...report.outside, ...leaksIn(log, database.signs).map((leak) => `postgres.log: ${leak}`)]
  const whole = { ...report, outside }
  if (report.failures.length + outside.length > 0) {
    console.log(faultsOf(whole, seed))
    process.exitCode = 1
  }
  console.log(figuresOf(whole, seed))
} finally {
  await server.stop()
}
