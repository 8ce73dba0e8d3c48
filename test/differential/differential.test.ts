import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { differencesOf, figuresOf } from './report.ts'
import { runDifferential } from './run.ts'

const CASES = 300

/** Run again with `npm run test:differential -- --seed S --only CASE`. */
test('answers what graphql-js answers, to the byte', { timeout: 120_000 }, async () => {
  // The same in continuous integration, so that what fails there is what somebody changed; elsewhere new cases every time.
  const seed = process.env.CI === 'true' ? 20_261_124 : randomBytes(3).readUIntBE(0, 3)
  const database = await createTestDatabase()
  try {
    const report = await runDifferential(database.url, { cases: CASES, seed })
    console.log(figuresOf(report, seed))
    expect(differencesOf(report)).toBe('')
    // Were everything refused, or nothing, the comparison would prove little.
    expect(report.outcomes.data).toBeGreaterThan(CASES / 2)
    for (const [outcome, count] of Object.entries(report.outcomes)) expect(count, outcome).toBeGreaterThan(0)
  } finally {
    await database.drop()
  }
})
