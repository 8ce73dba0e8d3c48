import { expect, test } from 'vitest'
import { ANALYST, codesOf, PRODUCT_ANALYST } from '../../attacks/world.ts'
import type { Clause } from '../clause.ts'

const IDENTIFYING = ['IDENTITY', 'NATIONAL_ID', 'COMMUNICATION', 'VULNERABILITY', 'CONSENT_RECORD']

export const analysis: Clause = (subject) => {
  test('for analysis, what identifies a person is served in a coarser form or not at all', () => {
    for (const purpose of ['MARKET_ANALYSIS', 'SERVICE_IMPROVEMENT'])
      for (const model of subject().policy.models.values())
        for (const field of model.fields.values())
          if (IDENTIFYING.includes(field.category ?? ''))
            expect(field.permits.get(purpose), `${field.coordinate} for ${purpose}`).not.toBe('AS_IS')
  })

  test('an analyst sees which kinds of business use what, and the same stand-in for the same customer', async () => {
    const { world } = subject()
    const query =
      '{ customers(first: 10) { nodes { id industryCode createdAt subscriptions { nodes { plan } } } } }'
    const ask = () => world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
    const answer = await ask()
    expect(codesOf(answer)).toEqual([])
    for (const { id, createdAt } of answer.body.data.customers.nodes) {
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      expect(createdAt).toMatch(/-01-01T00:00:00\.000Z$/)
    }
    expect((await ask()).text).toBe(answer.text)
  })

  test('what two analyses see cannot be joined by the stand-ins', async () => {
    const { world } = subject()
    const query = '{ customers(first: 60) { nodes { id } } }'
    const market = await world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query })
    const product = await world.ask(PRODUCT_ANALYST, { purpose: 'SERVICE_IMPROVEMENT', query })
    const idsOf = ({ body }: typeof market): string[] =>
      body.data.customers.nodes.map((node: { id: string }) => node.id)
    const all = [...idsOf(market), ...idsOf(product)]
    expect(all.length).toBeGreaterThan(20)
    expect(new Set(all).size).toBe(all.length)
  })

  test('whoever objected is not counted in an analysis', async () => {
    const { world } = subject()
    const ask = () =>
      world.ask(ANALYST, { purpose: 'MARKET_ANALYSIS', query: '{ customers { totalCount } }' })
    const before = (await ask()).body.data.customers.totalCount
    await world.owner.query(
      `INSERT INTO objection (id, customer_id, objection_purpose, raised_at)
       SELECT gen_random_uuid(), id, NULL, now() - interval '1 minute' FROM customer
       WHERE id NOT IN (SELECT customer_id FROM objection) ORDER BY id LIMIT 1`,
    )
    expect((await ask()).body.data.customers.totalCount).toBe(before - 1)
  })

  test('to each purpose on legitimate interest a customer can object, and to that one alone', () => {
    const { policy } = subject()
    const purposes = [...policy.purposes.values()].filter(({ basis }) => basis === 'LEGITIMATE_INTEREST')
    expect(purposes.map(({ name }) => name)).toContain('STATISTICS')
    const labels = policy.objections?.purpose?.labels
    for (const { name } of purposes) expect(labels?.get(name), name).toBe(name.toLowerCase())
  })
}
