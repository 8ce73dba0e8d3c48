import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import { policyCase } from './policy-case.ts'
import { schemaErrors } from './whole-schema.ts'

const { sources, dataModel } = policyCase('every-type-that-fits')

/** Words that mean something to the language, beside those of the sources themselves. */
const WORDS = [
  '__proto__',
  'constructor',
  '@personal(category: CONTACT)',
  '@model',
  '@subject',
  '[',
  ']',
  '!',
  '"',
  '{',
  '}',
  'extend',
  'union',
  'null',
]

/**
 * Whatever is done to the sources, the compiler answers: with findings, or with a policy that can be served. It never
 * throws, and never lets a finding of severity MUST pass.
 */
it('answers for sources that are damaged at random', () => {
  const tokens = sources.map(({ text }) => text.match(/\w+|[^\w\s]|\s+/g) ?? [])
  const edit = fc.record({
    file: fc.nat({ max: sources.length - 1 }),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    from: fc.double({ min: 0, max: 0.999, noNaN: true }),
    kind: fc.constantFrom('remove', 'repeat', 'move', 'word'),
    word: fc.constantFrom(...WORDS),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const damaged = tokens.map((list) => [...list])
      for (const { file, at, from, kind, word } of edits) {
        const list = damaged[file] ?? []
        const index = Math.floor(at * list.length)
        const other = list[Math.floor(from * list.length)] ?? ''
        if (kind === 'remove') list.splice(index, 1)
        else list.splice(index, kind === 'repeat' ? 0 : 1, kind === 'word' ? ` ${word} ` : other)
      }
      const changed = sources.map(({ file }, index) => ({ file, text: (damaged[index] ?? []).join('') }))
      const { policy, findings } = compilePolicy(changed, dataModel)
      expect(policy === undefined).toBe(findings.some(({ severity }) => severity === 'MUST'))
      if (policy) expect(schemaErrors(policy)).toEqual([])
    }),
    { numRuns: 400 },
  )
})
