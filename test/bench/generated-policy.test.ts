import { Kind, parse, visit } from 'graphql'
import { describe, expect, test } from 'vitest'
import { documentOf, FIELDS_PER_DOCUMENT } from '../../bench/size/documents.ts'
import { generatedPolicy } from '../../bench/size/generated-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'
import { dataModelOf } from '../data-model-of.ts'

describe('the policy that the benchmark generates', () => {
  test('compiles, with twenty fields in each type', async () => {
    const { sdl, prisma } = generatedPolicy(20, '2026-11-01')
    const language = await readPolicySources(`${PACKAGE_ROOT}/directives`, `${PACKAGE_ROOT}/directives`)
    const own = Object.entries(sdl).map(([file, text]) => ({ file, text }))
    const sources = [...language, ...own]
    const { policy } = compilePolicy(sources, dataModelOf(prisma))
    expect([...(policy?.models.values() ?? [])].map(({ fields }) => fields.size)).toEqual(Array(20).fill(20))
  })

  test('is asked documents of a hundred fields, each another one', () => {
    const texts = Array.from({ length: 50 }, (_, serial) => documentOf(serial, 20))
    expect(new Set(texts).size).toBe(50)
    for (const text of texts) expect(fieldsIn(text)).toBe(FIELDS_PER_DOCUMENT)
  })
})

function fieldsIn(text: string): number {
  let fields = 0
  visit(parse(text), {
    [Kind.FIELD]() {
      fields++
    },
  })
  return fields
}
