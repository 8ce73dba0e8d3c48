import { expect, test } from 'vitest'
import { codesOf, MARKETER } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

/** A file and a field of each category that some purposes may never see. */
const FIELDS: readonly (readonly [category: string, file: string])[] = [
  ['VULNERABILITY', 'customers.graphql'],
  ['NATIONAL_ID', 'customers.graphql'],
  ['FINANCIAL', 'billing.graphql'],
  ['COMMUNICATION', 'support.graphql'],
  ['BEHAVIOUR', 'usage.graphql'],
]

export const neverFor: Clause = (subject) => {
  test.each(FIELDS)(
    '%s does not compile for a purpose that it is never for, in any form',
    async (category, file) => {
      const never = subject().policy.categories.get(category)?.never ?? []
      expect(never).toContain('MARKETING')
      for (const purpose of never)
        for (const form of ['', ', as: PSEUDONYM', ', as: LAST4']) {
          const personal = `@personal(category: ${category})`
          const change = (sdl: string) =>
            sdl.replace(personal, `${personal} @purpose(for: [${purpose}]${form})`)
          expect(await demoFindings(file, change), `${purpose}${form}`).toContain('MUST PG307')
        }
    },
  )

  test('every category that some purpose may never see is looked at above', () => {
    const limited = [...subject().policy.categories.values()].filter(({ never }) => never.length > 0)
    expect(FIELDS.map(([category]) => category).sort()).toEqual(limited.map(({ name }) => name).sort())
  })

  test('no seller can pick out the vulnerable, not even by a filter or an order', async () => {
    const { world } = subject()
    world.forget()
    for (const argument of [
      'where: { vulnerability: { equals: ESTATE } }',
      'where: { NOT: { vulnerability: { equals: null } } }',
      'orderBy: { vulnerability: ASC }',
    ]) {
      const query = `{ customers(${argument}) { totalCount } }`
      const answer = await world.ask(MARKETER, { purpose: 'MARKETING', query })
      expect(codesOf(answer), argument).toEqual(['ARGUMENT_NOT_PERMITTED'])
    }
    const query =
      '{ contacts(where: { customer: { is: { vulnerability: { equals: ESTATE } } } }) { totalCount } }'
    expect(codesOf(await world.ask(MARKETER, { purpose: 'MARKETING', query }))).toEqual([
      'ARGUMENT_NOT_PERMITTED',
    ])
    expect(world.statements()).toEqual([])
  })

  test('the vulnerable are not in what is sold to, whatever they agreed to', async () => {
    const { world } = subject()
    const ask = async (): Promise<readonly string[]> => {
      const query = '{ customers(first: 100) { nodes { name } } }'
      const { body } = await world.ask(MARKETER, { purpose: 'MARKETING', query })
      return body.data.customers.nodes.map((node: { name: string }) => node.name)
    }
    const [name] = await ask()
    expect(name).toBeDefined()
    await world.owner.query(`UPDATE customer SET vulnerability = 'payment_hardship' WHERE name = $1`, [name])
    expect(await ask()).not.toContain(name)
    await world.owner.query('UPDATE customer SET vulnerability = NULL WHERE name = $1', [name])
  })
}
