import reference from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../src/canonical-json.ts'

// Its types describe another module format than the one it has.
const canonicalize = reference as unknown as (value: unknown) => string

describe('canonicalJson', () => {
  it('orders members by UTF-16 code units (RFC 8785 section 3.2.3)', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = [...canonicalJson(value).matchAll(/:"(\w+)/g)].map((match) => match[1])
    expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew'])
  })

  it('writes strings and literals as RFC 8785 section 3.2.2 shows', () => {
    const value = { string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-5e-324, '-5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [1e21, '1e+21'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [0.000001, '0.000001'],
    [333333333.3333333, '333333333.3333333'],
    [1424953923781206.2, '1424953923781206.2'],
  ])('writes the number %d as RFC 8785 appendix B does', (number, text) => {
    expect(canonicalJson(number)).toBe(text)
  })

  it.each([['\ud800'], ['a\udc00b'], [Number.NaN], [Number.POSITIVE_INFINITY], [{ '\udead': 1 }]])(
    'refuses what I-JSON cannot hold: %j',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(RangeError)
    },
  )

  it('takes text that only looks like an escaped surrogate', () => {
    expect(canonicalJson(['\\ud800', '\\\\udfff', '\ud83d\ude00'])).toBe(
      '["\\\\ud800","\\\\\\\\udfff","\ud83d\ude00"]',
    )
    expect(() => canonicalJson('\\\ud800')).toThrow(RangeError)
  })

  it('equals the reference package on arbitrary JSON', () => {
    const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 })
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value as Json)).toBe(canonicalize(value))
      }),
      { numRuns: 500 },
    )
  })
})
