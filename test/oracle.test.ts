import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestDatabase } from './database.ts'
import { openOracleDatabase } from './oracle/database.ts'
import { faultsOf, figuresOf } from './oracle/report.ts'
import { runCases } from './oracle/run.ts'

const CASES = 2_000

/** Run again with `npm run test:leaks -- --seed S --only CASE`. */
test('shows nothing that is forbidden, and everything that is permitted', { timeout: 300_000 }, async () => {
  // The same in continuous integration, so that what fails there is what somebody changed; elsewhere new cases every time.
  const seed = process.env.CI === 'true' ? 20_261_122 : randomBytes(3).readUIntBE(0, 3)
  const created = await createTestDatabase()
  const database = await openOracleDatabase(created.url)
  try {
    const report = await runCases(database, { cases: CASES, seed })
    console.log(figuresOf(report, seed))
    expect(faultsOf(report, seed)).toBe('')
    expect(report.cases).toBe(CASES)
    // An oracle that refuses everything, or nothing, would prove little.
    for (const outcome of ['granted', 'pruned', 'refused', 'invalid'] as const)
      expect(report.outcomes[outcome], outcome).toBeGreaterThan(CASES / 100)
    expect(report.compared).toBeGreaterThan(CASES / 20)
  } finally {
    await database.close()
    await created.drop()
  }
})
