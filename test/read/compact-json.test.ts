import { expect, test } from 'vitest'
import { compactJson } from '../../src/read/compact-json.ts'

test.each([
  ['{"a": 1, "b": [1, 2]}', '{"a":1,"b":[1,2]}'],
  ['"a: b, c"', '"a: b, c"'],
  [String.raw`{"say \"so\" ": " \\", "z":  null}`, String.raw`{"say \"so\" ":" \\","z":null}`],
  ['\t[ ]\r\n', '[]'],
  ['null', 'null'],
])('%s is %s', (json, compact) => {
  expect(compactJson(json)).toBe(compact)
})

test('takes a text of any length', () => {
  const text = JSON.stringify(' "\\ '.repeat(4_000_000))
  expect(compactJson(`[ ${text} ]`)).toBe(`[${text}]`)
})
