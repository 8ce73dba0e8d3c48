import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestDatabase } from './database.ts'
import { openOracleDatabase } from './oracle/database.ts'
import { runGroupCases } from './oracle/groups/run-groups.ts'

const CASES = 800

test('figures about groups are those of an evaluation of its own, noise and remainders included', {
  timeout: 120_000,
}, async () => {
  const seed = process.env.CI === 'true' ? 20_261_124 : randomBytes(3).readUIntBE(0, 3)
  const created = await createTestDatabase()
  const database = await openOracleDatabase(created.url)
  try {
    const report = await runGroupCases(database, { cases: CASES, seed })
    expect(report.faults.join('\n\n')).toBe('')
    for (const outcome of ['granted', 'pruned', 'refused'] as const)
      expect(report.outcomes[outcome], outcome).toBeGreaterThan(CASES / 100)
    expect(report.protectedGroups).toBeGreaterThan(CASES / 10)
    expect(report.remainders).toBeGreaterThan(CASES / 100)
  } finally {
    await database.close()
    await created.drop()
  }
})
