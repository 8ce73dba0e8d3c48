import { describe, expect, test } from 'vitest'
import { governedColumns } from '../../src/database/governed-columns.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { policyCase } from '../policy/policy-case.ts'

function granted(name: string): Readonly<Record<string, readonly string[]>> {
  const { sources, dataModel } = policyCase(name)
  const { policy, findings } = compilePolicy(sources, dataModel)
  if (!policy) throw new Error(JSON.stringify(findings))
  return Object.fromEntries(governedColumns(policy).map(({ table, columns }) => [table.name, columns ?? []]))
}

describe('the reader sees what rows are chosen by, and no column more', () => {
  test('of stored consents: for what, since when, until when, whose', () => {
    expect(granted('recipient-with-consent').consents).toEqual([
      'customer_id',
      'given_at',
      'id',
      'purpose',
      'withdrawn_at',
    ])
  })

  test('of conditions: their fields and joins, also those that no purpose may read', () => {
    const columns = granted('rows-by-condition')
    expect(columns.customers).toEqual(
      expect.arrayContaining(['advisor_id', 'guardian', 'email', 'kind', 'since']),
    )
    expect(columns.customers).not.toContain('phone')
    expect(columns.consents).toBeUndefined()
  })

  test('of nothing, where nothing is said about rows', () => {
    expect(granted('in-order').consents).toBeUndefined()
  })
})
