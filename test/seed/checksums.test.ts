import { describe, expect, test } from 'vitest'
import { copyLine } from '../../prisma/seed/copy-text.ts'
import { cprNumber, isFictitiousCprNumber } from '../../prisma/seed/cpr.ts'
import { cvrNumber, isCvrNumber } from '../../prisma/seed/cvr.ts'
import { danishIban, isIban } from '../../prisma/seed/iban.ts'
import { decimalAmount } from '../../prisma/seed/money.ts'

describe('cvr', () => {
  test('the check agrees with a number that stands in public documents', () => {
    // The Danish tax administration's own.
    expect(isCvrNumber('19552101')).toBe(true)
    expect(isCvrNumber('19552102')).toBe(false)
  })

  test('valid, unlike any other, and from a range that no company has', () => {
    const numbers = Array.from({ length: 50_000 }, (_, place) => cvrNumber(place * 39))
    expect(
      numbers.every((number) => number !== undefined && isCvrNumber(number) && number >= '50000000'),
    ).toBe(true)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(cvrNumber(2_000_000)).toBeUndefined()
  })
})

describe('cpr', () => {
  test('well formed with a valid check digit, and nobody’s: the day is beyond any calendar', () => {
    for (let seed = 0; seed < 400; seed++) {
      const number = cprNumber(Date.UTC(1955 + (seed % 50), seed % 12, 1 + (seed % 28)), seed)
      expect(isFictitiousCprNumber(number)).toBe(true)
      expect(Number(number.slice(0, 2))).toBeGreaterThan(60)
    }
  })

  test('keeps the birth date, and the century in the seventh digit', () => {
    expect(cprNumber(Date.UTC(1984, 5, 11), 7)).toMatch(/^710684[0-3]\d{3}$/)
    expect(cprNumber(Date.UTC(2003, 5, 11), 7)).toMatch(/^710603[4-9]\d{3}$/)
  })

  test('a citizen’s number is not taken for one of ours', () => {
    expect(isFictitiousCprNumber('0707614285')).toBe(false)
  })
})

describe('iban', () => {
  test('makes the example of the standard', () => {
    expect(danishIban('0040', '0440116243')).toBe('DK5000400440116243')
  })

  test('sees one wrong digit', () => {
    expect(isIban('DK5000400440116243')).toBe(true)
    expect(isIban('DK5000400440116244')).toBe(false)
  })
})

test('amounts keep both decimals and the sign', () => {
  expect([0, 5, -5, 100, -124_950].map(decimalAmount)).toEqual(['0.00', '0.05', '-0.05', '1.00', '-1249.50'])
})

test('a COPY line escapes what would end a cell, a line or a list', () => {
  expect(copyLine(['a\tb\\c\nd\r', undefined, true, -1, ['x"y', 'z\\']])).toBe(
    'a\\tb\\\\c\\nd\\r\t\\N\tt\t-1\t{"x\\\\"y","z\\\\\\\\"}\n',
  )
})
