import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { FAULTS } from './all.ts'
import { faultyText } from './faulty-text.ts'

// Whether each is caught takes minutes: `npm run test:faults`.
test('every deliberate fault still fits the code, and names tests that exist', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(30)
  expect(new Set(FAULTS.map((fault) => fault.name)).size).toBe(FAULTS.length)
  for (const fault of FAULTS) {
    const text = readFileSync(join(PACKAGE_ROOT, fault.file), 'utf8')
    expect(faultyText(fault, text), fault.name).not.toBe(text)
    expect(fault.tests.length).toBeGreaterThan(0)
    for (const file of fault.tests) expect(existsSync(join(PACKAGE_ROOT, file)), file).toBe(true)
  }
})
