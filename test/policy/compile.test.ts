import fc from 'fast-check'
import { parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readDataModel } from '../../src/database/read-data-model.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { PolicySource } from '../../src/policy/policy-source.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'
import { policyCase } from './policy-case.ts'

const { sources, dataModel } = policyCase('every-type-that-fits')

function hashOf(changed: readonly PolicySource[]): string {
  const { policy, findings } = compilePolicy(changed, dataModel)
  expect(findings).toEqual([])
  return policy?.hash ?? ''
}

/** The sources with one text replaced by another, which must be there. */
function edited(from: string, to: string): readonly PolicySource[] {
  expect(sources.some(({ text }) => text.includes(from))).toBe(true)
  return sources.map(({ file, text }) => ({ file, text: text.replace(from, to) }))
}

describe('the hash of a policy', () => {
  const hash = hashOf(sources)

  it('is hex SHA-256', () => expect(hash).toMatch(/^[0-9a-f]{64}$/))

  it('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...sources], { minLength: sources.length }), (shuffled) => {
        expect(hashOf(shuffled)).toBe(hash)
      }),
      { numRuns: 50 },
    )
  })

  it('does not depend on how definitions are spread over files', () => {
    const one = sources.map(({ text }) => text).join('\n')
    expect(hashOf([{ file: 'all.graphql', text: one }])).toBe(hash)
  })

  it('does not depend on formatting, comments or line ends', () => {
    expect(hashOf(sources.map(({ file, text }) => ({ file, text: print(parse(text)) })))).toBe(hash)
    const crlf = sources.map(({ file, text }) => ({ file, text: `# hi\n${text}`.replaceAll('\n', '\r\n') }))
    expect(hashOf(crlf)).toBe(hash)
  })

  it.each([
    [
      'a purpose of a field',
      'balance: Decimal! @purpose(for: [BILLING])',
      'balance: Decimal! @purpose(for: [BILLING, ANALYSIS])',
    ],
    ['a transform', 'as: PSEUDONYM', 'as: LAST4'],
    ['a role of a purpose', 'roles: [ANALYST]', 'roles: [ANALYST, CLERK]'],
    ['a category', 'guardian: String @personal(category: VULNERABILITY)', 'guardian: String'],
    ['a review', '2026-09-01', '2026-09-02'],
    ['a description', 'Issue and collect invoices.', 'Issue invoices.'],
    ['what a category forbids', '@never(for: [ANALYSIS])', '@never(for: [])'],
  ])('changes with %s', (_, from, to) => {
    const { policy } = compilePolicy(edited(from, to), dataModel)
    expect(policy).toBeDefined()
    expect(policy?.hash).not.toBe(hash)
  })
})

describe('a policy', () => {
  const { policy, findings } = compilePolicy(sources, dataModel)

  it('is frozen to its leaves, and so are the findings', () => {
    expectFrozen(policy)
    expectFrozen(findings)
  })

  it('leaves the data model as it was', () => {
    const field = dataModel.entities.get('Customer')?.fields.get('advisor')
    expect(field?.kind === 'relation' && Object.isFrozen(field.join)).toBe(false)
  })

  it('is readable for what a field declares, else what its type declares, else nothing', () => {
    const field = (name: string) => policy?.models.get('Customer')?.fields.get(name)
    expect([...(field('kind')?.permits ?? [])]).toEqual([
      ['BILLING', 'AS_IS'],
      ['ANALYSIS', 'AS_IS'],
    ])
    expect([...(field('email')?.permits ?? [])]).toEqual([
      ['BILLING', 'AS_IS'],
      ['ANALYSIS', 'DOMAIN'],
    ])
    expect([...(field('invoices')?.permits ?? [])]).toEqual([['BILLING', 'AS_IS']])
    expect([...(field('since')?.permits ?? [])]).toEqual([['ANALYSIS', 'YEAR']])
  })

  it('does not let the default of a type reach a personal field', () => {
    const { sources, dataModel } = policyCase('personal-field-without-declaration')
    const { policy } = compilePolicy(sources, dataModel)
    expect(policy?.models.get('Customer')?.fields.get('phone')?.permits.size).toBe(0)
  })

  it('leads from a row to its data subject', () => {
    const { sources, dataModel } = policyCase('subject-path-that-can-be-null')
    const subject = compilePolicy(sources, dataModel).policy?.models.get('Payment')?.subject
    expect(subject).toEqual({
      model: 'Customer',
      key: [{ field: 'id', column: 'id', sqlType: 'uuid' }],
      steps: [
        {
          relation: 'invoice',
          target: 'Invoice',
          table: { schema: undefined, name: 'invoices' },
          join: [{ from: 'invoice_number', to: 'number' }],
        },
        {
          relation: 'customer',
          target: 'Customer',
          table: { schema: undefined, name: 'customers' },
          join: [{ from: 'customer_id', to: 'id' }],
        },
      ],
    })
  })
})

describe('nothing', () => {
  it('is no policy', () => {
    const { policy, findings } = compilePolicy([], dataModel)
    expect(policy).toBeUndefined()
    expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['PG109', 'PG111', 'PG201']))
  })
})

describe('the schema of the demo', () => {
  it('compiles without a finding', async () => {
    const sources = await readPolicySources('directives', 'schema')
    const { policy, findings } = compilePolicy(sources, await readDataModel('prisma/schema.prisma'))
    expect(findings).toEqual([])
    expect(policy?.models.size).toBeGreaterThan(10)
  })
})

/** Nothing in it can be written, by assignment or by method. */
function expectFrozen(value: unknown, path = ''): void {
  if (typeof value !== 'object' || value === null) return
  expect(Object.isFrozen(value), path).toBe(true)
  if (value instanceof Map) {
    expect(() => value.set('x', 1), path).toThrow(TypeError)
    expect(() => value.delete([...value.keys()][0]), path).toThrow(TypeError)
    expect(() => value.clear(), path).toThrow(TypeError)
    for (const [key, item] of value) expectFrozen(item, `${path}.${key}`)
  } else if (value instanceof Set) {
    expect(() => value.add('x'), path).toThrow(TypeError)
    expect(() => value.delete([...value][0]), path).toThrow(TypeError)
    expect(() => value.clear(), path).toThrow(TypeError)
  } else for (const [key, item] of Object.entries(value)) expectFrozen(item, `${path}.${key}`)
}
