import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addPeriod, DAY_MS, dayOf, endOfYear, textOfDay } from '../../src/plan/calendar.ts'
import { localDay, startOfDay } from '../../src/plan/local-day.ts'
import { cutoffOf, cutoffValue, lastDayOf } from '../../src/plan/retention-cutoff.ts'
import type { Retention } from '../../src/policy/keeping.ts'
import { parsePeriod } from '../../src/policy/period.ts'

function rule(period: string, changes: Partial<Retention> = {}): Retention {
  const parsed = parsePeriod(period)
  if (!parsed) throw new Error(`no period: ${period}`)
  return {
    law: 'a law',
    period,
    ...parsed,
    from: { path: 'at', steps: [], column: 'at', sqlType: 'timestamptz', type: 'DateTime', openEnded: false },
    yearStarts: undefined,
    timeZone: 'Europe/Copenhagen',
    emptied: undefined,
    ...changes,
  }
}

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS
/** Whether a row of an instant is served at another: what the SQL decides by `from >= cutoff`. */
const served = (of: Retention, from: string, now: string): boolean =>
  Date.parse(from) >= cutoffValue(of, Date.parse(now)).getTime()

describe('a period', () => {
  test.each([
    ['P5Y', { months: 60, days: 0 }],
    ['P1Y6M2W3D', { months: 18, days: 17 }],
    ['P90D', { months: 0, days: 90 }],
    ['P200Y', { months: 2400, days: 0 }],
  ])('%s is read', (text, period) => expect(parsePeriod(text)).toEqual(period))

  test.each([
    '',
    'P',
    '5Y',
    'P5',
    'P5y',
    'p5Y',
    'P-5Y',
    'P1.5Y',
    'P0D',
    'P0Y0M',
    'PT1H',
    'P1DT1H',
    'P1M1Y',
    'P201Y',
    'P5Y ',
    'P99999W',
  ])('%j is none', (text) => expect(parsePeriod(text)).toBeUndefined())
})

describe('the last day on which a row is served', () => {
  test.each([
    ['P5Y', '2021-11-24', '2026-11-24'],
    // Leap days, from and to.
    ['P1Y', '2024-02-29', '2025-02-28'],
    ['P4Y', '2024-02-29', '2028-02-29'],
    ['P1Y', '2023-02-28', '2024-02-28'],
    // 2100 is no leap year.
    ['P4Y', '2096-02-29', '2100-02-28'],
    // Ends of months.
    ['P1M', '2026-01-31', '2026-02-28'],
    ['P1M', '2024-01-31', '2024-02-29'],
    ['P1M', '2026-03-31', '2026-04-30'],
    ['P1M', '2026-04-30', '2026-05-30'],
    ['P6M', '2026-08-31', '2027-02-28'],
    // Months first, then days.
    ['P1M1D', '2026-01-31', '2026-03-01'],
    ['P1W', '2026-12-28', '2027-01-04'],
    ['P90D', '2026-12-01', '2027-03-01'],
  ])('%s from %s is %s', (period, from, last) =>
    expect(textOfDay(lastDayOf(rule(period), day(from)))).toBe(last),
  )

  test.each([
    // Bogføringsloven § 12: five years from the end of the accounting year.
    ['P5Y', { month: 1, day: 1 }, '2021-01-01', '2026-12-31'],
    ['P5Y', { month: 1, day: 1 }, '2021-12-31', '2026-12-31'],
    ['P5Y', { month: 7, day: 1 }, '2021-06-30', '2026-06-30'],
    ['P5Y', { month: 7, day: 1 }, '2021-07-01', '2027-06-30'],
    // The year ends on a leap day, the period on the last day of February.
    ['P1Y', { month: 3, day: 1 }, '2023-03-01', '2025-02-28'],
    ['P5Y', { month: 12, day: 31 }, '2021-12-31', '2027-12-30'],
  ])('%s from the end of the year that begins on %j, from %s, is %s', (period, yearStarts, from, last) =>
    expect(textOfDay(lastDayOf(rule(period, { yearStarts }), day(from)))).toBe(last),
  )

  test('the end of a year', () => {
    expect(textOfDay(endOfYear(day('2024-02-29'), { month: 3, day: 1 }))).toBe('2024-02-29')
    expect(textOfDay(endOfYear(day('2024-03-01'), { month: 3, day: 1 }))).toBe('2025-02-28')
  })
})

describe('a row at the boundary', () => {
  test('is served to the last millisecond of the last day, and not one longer', () => {
    const of = rule('P5Y')
    // Summer: midnight is 22:00 UTC.
    expect(served(of, '2021-07-01T10:00:00Z', '2026-07-01T21:59:59.999Z')).toBe(true)
    expect(served(of, '2021-07-01T10:00:00Z', '2026-07-01T22:00:00.000Z')).toBe(false)
    // Winter: 23:00.
    expect(served(of, '2021-12-01T10:00:00Z', '2026-12-01T22:59:59.999Z')).toBe(true)
    expect(served(of, '2021-12-01T10:00:00Z', '2026-12-01T23:00:00.000Z')).toBe(false)
  })

  test('belongs to the day that it was where the company is', () => {
    const of = rule('P1D')
    // Both are half an hour from midnight in UTC; in Copenhagen they are one day.
    expect(served(of, '2026-01-10T22:59:59.999Z', '2026-01-12T12:00:00Z')).toBe(false)
    expect(served(of, '2026-01-10T23:00:00.000Z', '2026-01-12T12:00:00Z')).toBe(true)
    expect(served(rule('P1D', { timeZone: 'UTC' }), '2026-01-10T23:59:59.999Z', '2026-01-12T12:00:00Z')).toBe(
      false,
    )
    expect(served(rule('P1D', { timeZone: 'UTC' }), '2026-01-11T00:00:00.000Z', '2026-01-12T12:00:00Z')).toBe(
      true,
    )
  })

  test('29 February is served to 28 February', () => {
    const of = rule('P1Y')
    expect(served(of, '2024-02-29T12:00:00Z', '2025-02-28T22:59:59Z')).toBe(true)
    expect(served(of, '2024-02-29T12:00:00Z', '2025-02-28T23:00:00Z')).toBe(false)
  })

  test('New Year ends all that was kept for a year', () => {
    const of = rule('P5Y', { yearStarts: { month: 1, day: 1 } })
    for (const from of ['2021-01-01T00:00:00Z', '2021-06-30T12:00:00Z', '2021-12-31T22:59:59.999Z']) {
      expect(served(of, from, '2026-12-31T22:59:59.999Z')).toBe(true)
      expect(served(of, from, '2026-12-31T23:00:00.000Z')).toBe(false)
    }
    // It is 2022 already, in Copenhagen.
    expect(served(of, '2021-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z')).toBe(true)
  })

  test('a date is a day and knows no time zone', () => {
    const from = { ...rule('P5Y').from, type: 'Date', sqlType: 'date' } as const
    expect(cutoffValue(rule('P5Y', { from }), Date.parse('2026-07-01T21:59:59Z')).toISOString()).toBe(
      '2021-07-01T00:00:00.000Z',
    )
    expect(cutoffValue(rule('P5Y', { from }), Date.parse('2026-07-01T22:00:00Z')).toISOString()).toBe(
      '2021-07-02T00:00:00.000Z',
    )
  })
})

describe('days on which clocks change', () => {
  test.each([
    ['Europe/Copenhagen', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Copenhagen', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['Europe/Copenhagen', '2026-07-01', '2026-06-30T22:00:00.000Z', 24],
    // Clocks skip midnight: the day begins at one.
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z', 23],
    // Half an hour.
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 24.5],
    // A day that never was: Samoa went from 29 to 31 December 2011.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 0],
    ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z', 24],
  ])('%s %s begins at %s and has %d hours', (timeZone, text, begins, hours) => {
    const start = startOfDay(day(text), timeZone)
    expect(new Date(start).toISOString()).toBe(begins)
    expect((startOfDay(day(text) + 1, timeZone) - start) / 3_600_000).toBe(hours)
  })

  test('a row of the hour that comes twice is kept as long as its day', () => {
    const of = rule('P1Y')
    for (const from of ['2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z']) {
      expect(served(of, from, '2026-10-26T22:59:59.999Z')).toBe(true)
      expect(served(of, from, '2026-10-26T23:00:00.000Z')).toBe(false)
    }
  })
})

const ZONES = [
  'Europe/Copenhagen',
  'UTC',
  'America/St_Johns',
  'America/Santiago',
  'Pacific/Apia',
  'Asia/Kathmandu',
]
const rules = fc
  .record({
    months: fc.integer({ min: 0, max: 240 }),
    days: fc.integer({ min: 0, max: 800 }),
    timeZone: fc.constantFrom(...ZONES),
    yearStarts: fc.option(
      fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) }),
      { nil: undefined },
    ),
  })
  .map((parts) => ({ ...rule('P1D'), ...parts }))
const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) })

describe('for any rule and instant', () => {
  test('the cutoff is the first day whose last day is not over', () => {
    fc.assert(
      fc.property(rules, instants, (of, now) => {
        const today = localDay(now, of.timeZone)
        const { day: first, startMs } = cutoffOf(of, now)
        expect(lastDayOf(of, first)).toBeGreaterThanOrEqual(today)
        expect(lastDayOf(of, first - 1)).toBeLessThan(today)
        expect(startMs).toBe(startOfDay(first, of.timeZone))
      }),
      { numRuns: 300 },
    )
  })

  test('a later day is never served shorter, and what is remembered of a day is what is true of it', () => {
    fc.assert(
      fc.property(rules, instants, fc.integer({ min: 0, max: 40 }), (of, now, hours) => {
        const day = localDay(now, of.timeZone)
        expect(lastDayOf(of, day + 1)).toBeGreaterThanOrEqual(lastDayOf(of, day))
        cutoffOf(of, now)
        const later = now + hours * 3_600_000
        expect(cutoffOf(of, later)).toEqual(cutoffOf({ ...of }, later))
      }),
      { numRuns: 300 },
    )
  })
})

test('days are counted', () => {
  expect(dayOf(1970, 1, 1)).toBe(0)
  expect(textOfDay(addPeriod(dayOf(2026, 11, 24), { months: 0, days: 1 }))).toBe('2026-11-25')
})
