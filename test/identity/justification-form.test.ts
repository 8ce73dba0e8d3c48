import { describe, expect, test } from 'vitest'
import { justificationForm } from '../../src/identity/justification-form.ts'
import { parseConfig } from '../../src/parse-config.ts'

function defaultForm() {
  const parsed = parseConfig({}, '/')
  if (!parsed.ok) throw new Error('the defaults are a configuration')
  return justificationForm(parsed.config.justificationPattern)
}

describe('unless configured, a justification', () => {
  const fits = defaultForm()
  test.each(['CASE-4711 customer asks why the invoice came twice', '#12 kunden spørger til sin faktura'])(
    'is a reference and a sentence: %s',
    (text) => expect(fits(text)).toBe(true),
  )
  test.each([
    'because',
    'CASE-4711',
    'CASE-4711 because',
    'CASE customer asks for it',
    'CASE-4711  ',
    '4711 a b',
  ])('is not %j', (text) => expect(fits(text)).toBe(false))
})

test('a pattern is for the whole text', () => {
  const fits = justificationForm('[A-Z]+-\\d+|none')
  expect([fits('AB-1'), fits('none'), fits('x AB-1'), fits('AB-1 x'), fits('nonexistent')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('a pattern that backtracks without end does not hold the gateway up, and matches nothing', () => {
  const fits = justificationForm('(a+)+b')
  const startedAt = performance.now()
  expect(fits('a'.repeat(1_000))).toBe(false)
  expect(fits('a'.repeat(1_000))).toBe(false)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(fits('aab')).toBe(true)
})

test('a pattern that is none is a problem of the configuration', () => {
  const parsed = parseConfig({ JUSTIFICATION_PATTERN: '(' }, '/')
  expect(parsed).toMatchObject({ ok: false, problems: [expect.stringContaining('`JUSTIFICATION_PATTERN`')] })
})
