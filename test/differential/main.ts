import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/database/embedded.ts'
import { differencesOf, figuresOf } from './report.ts'
import { runDifferential } from './run.ts'

// The long run of `differential.test.ts`. --cases N --seed S --only CASE
const { values: flags } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
    only: { type: 'string' },
  },
})
const seed = Number(flags.seed)
const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-differential-'))
const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true })
try {
  console.error(`seed ${seed}`)
  await server.ensureDatabase('differential')
  const only = flags.only === undefined ? undefined : Number(flags.only)
  const report = await runDifferential(server.url('differential'), { cases: Number(flags.cases), seed, only })
  if (report.differences.length > 0) {
    console.log(differencesOf(report))
    process.exitCode = 1
  }
  console.log(figuresOf(report, seed))
} finally {
  await server.stop()
}
