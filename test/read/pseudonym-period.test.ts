import { expect, it } from 'vitest'
import { cursorContext } from '../../src/read/cursor-context.ts'
import { readKeysOf } from '../../src/read/keys.ts'
import { pseudonymPeriodAt } from '../../src/read/pseudonym-period.ts'

const at = (period: Parameters<typeof pseudonymPeriodAt>[0], instant: string) =>
  pseudonymPeriodAt(period, Date.parse(instant))

it.each([
  ['none', '2026-11-24T12:00:00Z', ''],
  ['P1D', '2024-02-29T23:59:59.999Z', '2024-02-29'],
  ['P1D', '2024-03-01T00:30:00+01:00', '2024-02-29'],
  ['P1M', '2025-12-31T23:59:59.999Z', '2025-12'],
  ['P1M', '2026-01-01T00:00:00.000Z', '2026-01'],
  ['P3M', '2026-03-31T23:59:59.999Z', '2026-Q1'],
  ['P3M', '2026-04-01T00:00:00.000Z', '2026-Q2'],
  ['P3M', '2026-12-31T00:00:00.000Z', '2026-Q4'],
  ['P1Y', '2025-12-31T23:59:59.999Z', '2025'],
  ['P1Y', '2026-01-01T00:00:00.000Z', '2026'],
] as const)('%s at %s is `%s`', (period, instant, name) => expect(at(period, instant)).toBe(name))

it('neither purposes nor periods share a key', () => {
  const { pseudonymPads } = readKeysOf('a secret of thirty-two characters')
  const names = ['A', 'B'].flatMap((purpose) =>
    ['', '2025', '2026', '2026-01'].map((period) => [purpose, period]),
  )
  const keys = names.map(([purpose = '', period = '']) =>
    pseudonymPads(purpose, period).inner.toString('hex'),
  )
  expect(new Set(keys).size).toBe(names.length)
})

it('a cursor outlives a period unless its order hides the key', () => {
  const before = { purpose: 'P', pseudonymPeriod: '2025' }
  const after = { purpose: 'P', pseudonymPeriod: '2026' }
  expect(cursorContext(after, 'Customer:id+')).toBe(cursorContext(before, 'Customer:id+'))
  expect(cursorContext(after, 'Customer:#+')).not.toBe(cursorContext(before, 'Customer:#+'))
})
