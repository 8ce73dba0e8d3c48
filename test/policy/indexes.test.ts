import { describe, expect, it } from 'vitest'
import { readDataModel } from '../../src/database/read-data-model.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { readPolicySources } from '../../src/policy/read-sources.ts'
import { dataModelOf } from '../data-model-of.ts'
import { policyCase } from './policy-case.ts'

describe('fields that lists can be filtered by', () => {
  const { sources, dataModel } = policyCase('foreign-keys-without-index')

  it('are told to whoever asks, where no index begins with them', () => {
    const { asked } = compilePolicy(sources, dataModel)
    expect(asked).toContainEqual({
      id: 'PG416',
      severity: 'SHOULD',
      file: 'case.graphql',
      line: 8,
      column: 6,
      message: 'lists of `Visit` can be filtered by `at`, with which no index begins',
      help: 'add `@@index` to the data model for those that large lists are filtered or ordered by',
    })
  })

  it('are those that somebody is served as they are, and not of two or three values', () => {
    const customer = compilePolicy(sources, dataModel).asked.find(({ file }) => file === 'customer.graphql')
    // Neither `since`, which analysts see as a year, nor `kind`, an enum.
    expect(customer?.message).toBe(
      'lists of `Customer` can be filtered by `email`, `guardian`, with which no index begins',
    )
  })
})

/** A visit that two columns tie to a customer. */
function twoColumns(index: string) {
  return dataModelOf(`
    datasource db {
      provider = "postgresql"
    }
    model Customer {
      firm   Int
      id     Int
      visits Visit[]
      @@id([firm, id])
    }
    model Visit {
      id         Int      @id
      firm       Int
      customerId Int
      customer   Customer @relation(fields: [firm, customerId], references: [firm, id])
      ${index}
    }`)
}

const TWO_COLUMNS = `
  enum Role { CLERK }
  enum DataCategory { CONTACT }
  enum Purpose { "Bills." BILLING @processing(basis: CONTRACT, roles: [CLERK], owner: "a", reviewed: "2026-09-01") }
  type Customer @model @subject @purpose(for: [BILLING]) { firm: Int! id: ID! }
  type Visit @model @subject(path: "customer") @purpose(for: [BILLING]) { id: ID! }`

describe('a foreign key of two columns', () => {
  it.each([
    ['no index', '', true],
    ['an index on one of them', '@@index([firm])', true],
    ['an index that has another between them', '@@index([firm, id, customerId])', true],
    ['an index on both', '@@index([customerId, firm])', false],
    ['an index on both and more', '@@index([firm, customerId, id])', false],
    ['a constraint', '@@unique([firm, customerId])', false],
  ])('with %s', async (_, index, reported) => {
    const language = await readPolicySources('directives', 'test/cases/policy/common')
    const sources = [
      ...language.filter(({ file }) => file.includes('directives')),
      { file: 'two.graphql', text: TWO_COLUMNS },
    ]
    const ids = compilePolicy(sources, twoColumns(index)).findings.map(({ id }) => id)
    expect(ids.includes('PG414')).toBe(reported)
  })
})

it('every foreign key that the demo policy goes by has an index', async () => {
  const sources = await readPolicySources('directives', 'schema')
  const { findings } = compilePolicy(sources, await readDataModel('prisma/schema.prisma'))
  expect(findings.filter(({ id }) => id === 'PG414' || id === 'PG415')).toEqual([])
})
