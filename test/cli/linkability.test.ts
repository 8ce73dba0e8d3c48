import { describe, expect, it } from 'vitest'
import type { Link } from '../../src/policy/linkability.ts'
import { runHere } from './run-cli.ts'

async function links(...args: string[]): Promise<readonly Link[]> {
  const { exitCode, stdout } = await runHere(['linkability', '--json', ...args])
  expect(exitCode).toBe(0)
  return (JSON.parse(stdout) as { pairs: readonly Link[] }).pairs
}
const between = (all: readonly Link[], ...purposes: string[]) =>
  all.find((link) => link.purposes.every((purpose) => purposes.includes(purpose)))

describe('purpose-gateway linkability', () => {
  it('joins two purposes that both read a key as it is, or a unique column, or a key of several parts', async () => {
    const { identifiers } = between(await links(), 'BOOKKEEPING', 'LEGAL_OBLIGATION') ?? { identifiers: [] }
    expect(identifiers).toEqual(
      expect.arrayContaining([
        'Customer.id',
        'Customer.cvr',
        'Invoice.number',
        'LedgerEntry.customer.id+number',
      ]),
    )
  })

  it('never joins by pseudonyms, and compares dates in the coarser form', async () => {
    const link = between(await links(), 'MARKET_ANALYSIS', 'SERVICE_IMPROVEMENT')
    expect(link?.identifiers).toEqual([])
    const customer = link?.combinations.find(({ model }) => model === 'Customer')
    expect(customer?.fields).toContainEqual({ name: 'createdAt', form: 'YEAR' })
    expect(customer?.fields.map(({ name }) => name)).not.toContain('id')
    expect(link?.combinations.flatMap(({ fields }) => fields)).not.toContainEqual(
      expect.objectContaining({ form: 'PSEUDONYM' }),
    )
  })

  it('takes what is whole for one and coarse for the other in the coarse form', async () => {
    const link = between(await links('--purpose', 'MARKET_ANALYSIS'), 'MARKET_ANALYSIS', 'SUBJECT_ACCESS')
    const contact = link?.combinations.find(({ model }) => model === 'Contact')
    expect(contact?.fields).toContainEqual({ name: 'birthDate', form: 'DECADE' })
  })

  it('is lines of at most 100 characters for a person, and counts', async () => {
    const { exitCode, stdout } = await runHere(['linkability'])
    const lines = stdout.trimEnd().split('\n')
    expect(exitCode).toBe(0)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(lines.at(-1)).toMatch(
      /^66 pairs of purposes: \d+ by identifiers, \d+ by combinations alone, \d+ not at all$/,
    )
  })

  it('names a purpose that does not exist; exit 2', async () => {
    const { exitCode, stderr } = await runHere(['linkability', '--purpose', 'NOPE'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'purpose-gateway: the policy has no purpose `NOPE`\n',
    })
  })
})
