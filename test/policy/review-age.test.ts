import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOf, isCalendarDate, monthsAfter } from '../../src/policy/calendar-date.ts'
import { reviewAge } from '../../src/policy/review-age.ts'

describe('the day so many months later', () => {
  test.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2024-02-29', 11, '2025-01-29'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 13, '2025-03-29'],
    ['2027-02-28', 12, '2028-02-28'],
    ['2026-03-31', 11, '2027-02-28'],
    ['2027-03-31', 11, '2028-02-29'],
    ['2026-12-31', 13, '2028-01-31'],
    ['1999-12-31', 2, '2000-02-29'],
    ['2099-12-31', 2, '2100-02-28'],
    ['0099-12-31', 1, '0100-01-31'],
  ])('%s, %i months: %s', (date, months, expected) => {
    expect(monthsAfter(date, months)).toBe(expected)
  })

  test('has the same number, or is the last of a shorter month', () => {
    const day = fc.date({ min: new Date('1971-01-01'), max: new Date('2200-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 40 }), (date, months) => {
        const from = dayOf(date.getTime())
        const to = monthsAfter(from, months)
        expect(isCalendarDate(to)).toBe(true)
        const ordinal = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
        expect(ordinal(to) - ordinal(from)).toBe(months)
        const next = dayOf(Date.parse(to) + 86_400_000)
        if (to.slice(8) !== from.slice(8))
          expect([to < from || to > from, next.slice(8)]).toEqual([true, '01'])
      }),
    )
  })
})

describe('a review', () => {
  test.each([
    ['of today', '2026-11-24', '2026-11-24', 'current'],
    ['of tomorrow, which it may be elsewhere', '2026-11-25', '2026-11-24', 'current'],
    ['of the day after', '2026-11-26', '2026-11-24', 'ahead'],
    ['on the day of eleven months', '2025-12-24', '2026-11-24', 'current'],
    ['one day later', '2025-12-23', '2026-11-24', 'due'],
    ['on the day of twelve months', '2025-11-24', '2026-11-24', 'due'],
    ['one day later', '2025-11-23', '2026-11-24', 'late'],
    ['on the day of thirteen months', '2025-10-24', '2026-11-24', 'late'],
    ['one day later', '2025-10-23', '2026-11-24', 'lapsed'],
    ['of a leap day, a year later', '2024-02-29', '2025-02-28', 'due'],
    ['of a leap day, a year and a day later', '2024-02-29', '2025-03-01', 'late'],
    ['of a leap day, after thirteen months', '2024-02-29', '2025-03-29', 'late'],
    ['of a leap day, a day after that', '2024-02-29', '2025-03-30', 'lapsed'],
    ['of the end of a month, thirteen months later', '2026-01-31', '2027-02-28', 'late'],
    ['of the end of a month, a day after that', '2026-01-31', '2027-03-01', 'lapsed'],
    ['of a year from now', '2027-11-24', '2026-11-24', 'ahead'],
  ])('%s', (_, reviewed, today, age) => {
    expect(reviewAge(reviewed, today)).toBe(age)
  })

  test('lapses at midnight UTC, whatever the time zone of the machine and its daylight saving', () => {
    const { TZ } = process.env
    try {
      for (const zone of ['UTC', 'Europe/Copenhagen', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
        process.env.TZ = zone
        expect(reviewAge('2025-02-28', dayOf(Date.parse('2026-03-28T23:59:59.999Z')))).toBe('late')
        expect(reviewAge('2025-02-28', dayOf(Date.parse('2026-03-29T00:00:00.000Z')))).toBe('lapsed')
        // Copenhagen leaves summer time on 25 October 2026.
        expect(reviewAge('2025-09-25', dayOf(Date.parse('2026-10-25T23:59:59.999Z')))).toBe('late')
        expect(reviewAge('2025-09-25', dayOf(Date.parse('2026-10-26T00:00:00.000Z')))).toBe('lapsed')
      }
    } finally {
      if (TZ === undefined) delete process.env.TZ
      else process.env.TZ = TZ
    }
  })
})

test('a day is in the calendar or it is none', () => {
  expect(isCalendarDate('2024-02-29')).toBe(true)
  for (const text of ['2026-02-29', '2100-02-29', '2026-13-01', '2026-04-31', '2026-4-1', '26-04-01', ''])
    expect(isCalendarDate(text)).toBe(false)
})
