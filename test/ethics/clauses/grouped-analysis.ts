import { expect, test } from 'vitest'
import { codesOf } from '../../attacks/world.ts'
import type { Asker } from '../../gateway.ts'
import type { Clause } from '../clause.ts'
import { demoFindings } from '../demo-findings.ts'

const STATISTICIAN: Asker = { roles: ['STATISTICIAN'], purposes: ['STATISTICS'] }
const SMALLEST = 5
const BY_CITY = '{ customersAggregate(groupBy: [city]) { key { city } count remainder } }'

export const groupedAnalysis: Clause = (subject) => {
  const ask = (query: string) => subject().world.ask(STATISTICIAN, { purpose: 'STATISTICS', query })

  test('whoever publishes figures sees no row, not even one without personal data', async () => {
    const { world } = subject()
    world.forget()
    for (const query of ['{ customers { nodes { country } } }', '{ customers { totalCount } }'])
      expect(codesOf(await ask(query)), query).not.toEqual([])
    expect(world.statements()).toEqual([])
  })

  test('no figure is about fewer than five customers', async () => {
    const { rows } = await subject().world.owner.query(
      'SELECT city, count(*)::int AS count FROM customer GROUP BY city',
    )
    const small = rows.filter(({ count }) => count < SMALLEST)
    expect(small.length).toBeGreaterThan(0)
    const answer = await ask(BY_CITY)
    expect(codesOf(answer)).toEqual([])
    const groups: readonly { key: { city: string } | null; remainder: boolean }[] =
      answer.body.data.customersAggregate
    const shown = groups.flatMap(({ key }) => key?.city ?? [])
    for (const { city } of small) expect(shown).not.toContain(city)
    const [{ city }] = small
    const alone = await ask(
      `{ customersAggregate(where: { city: { equals: ${JSON.stringify(city)} } }) { count } }`,
    )
    expect(alone.body.data.customersAggregate).toEqual([])
  })

  test('nobody in a group can be told apart: a stand-in for one person does not compile', async () => {
    const change = (sdl: string) =>
      sdl.replace(
        /(cvr: String @personal\(category: IDENTITY\))/,
        '$1 @purpose(for: [STATISTICS], as: PSEUDONYM)',
      )
    expect(await demoFindings('customers.graphql', change)).toContain('MUST PG715')
  })
}
