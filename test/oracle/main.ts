import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { longRun } from '../long-run.ts'
import { openOracleDatabase } from './database.ts'
import { leaksIn } from './leaks.ts'
import { faultsOf, figuresOf } from './report.ts'
import { runCases } from './run.ts'

// The leak oracle and the truth oracle in one: every case is checked for both.
await longRun('oracle', async ({ url, dataDir, cases, seed, only }) => {
  const database = await openOracleDatabase(url)
  const onProgress = (done: number): void => console.error(`${done} of ${cases}`)
  const report = await runCases(database, { cases, seed, only, onProgress })
  await database.close()
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8').catch(() => '')
  const outside = [...report.outside, ...leaksIn(log, database.signs).map((leak) => `postgres.log: ${leak}`)]
  const whole = { ...report, outside }
  const sound = report.failures.length + outside.length === 0
  if (!sound) console.log(faultsOf(whole, seed))
  console.log(figuresOf(whole, seed))
  return { sound }
})
