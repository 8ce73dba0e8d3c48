import { longRun } from '../long-run.ts'
import { differencesOf, figuresOf } from './report.ts'
import { runDifferential } from './run.ts'

// The long run of `differential.test.ts`.
await longRun('differential', async ({ url, cases, seed, only }) => {
  const report = await runDifferential(url, { cases, seed, only })
  const sound = report.differences.length === 0
  if (!sound) console.log(differencesOf(report))
  console.log(figuresOf(report, seed))
  return { sound }
})
