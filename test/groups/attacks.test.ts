import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { codesIn } from './codes-in.ts'
import { type GroupsGateway, STATISTICIAN, startGroupsGateway } from './groups-gateway.ts'
import { OBJECTED } from './objected.ts'

/** Whoever may ask for groups, and wants to know about one. */
let database: TestDatabase
let owner: pg.Client
let demo: GroupsGateway
let day = '2026-11-24'

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  demo = await startGroupsGateway({ databaseUrl: database.url, rule: 'smallestGroup: 5', today: () => day })
})
afterAll(async () => {
  await demo?.close()
  await owner?.end()
  await database?.drop()
})

let askers = 0
/** Somebody with a budget of their own. */
const fresh = () => ({ ...STATISTICIAN, subject: `attacker ${askers++}` })

async function one<Row extends pg.QueryResultRow>(text: string): Promise<Row> {
  const { rows } = await owner.query<Row>(text)
  if (!rows[0]) throw new Error('no row')
  return rows[0]
}

/** Who contributes most, so that it is worth most to take them out of a sum; and a filter that is about them alone. */
async function victim() {
  const { city, net, total } = await one<{ city: string; net: string; total: string }>(
    `SELECT c.city, sum(i.net_amount) AS net, (SELECT sum(net_amount) FROM invoice WHERE customer_id NOT IN (${OBJECTED})) AS total
     FROM customer c JOIN invoice i ON i.customer_id = c.id
     WHERE c.city IN (SELECT city FROM customer GROUP BY city HAVING count(*) = 1) AND c.id NOT IN (${OBJECTED})
     GROUP BY c.id ORDER BY sum(i.net_amount) DESC LIMIT 1`,
  )
  return { city, net: Number(net), total: Number(total) }
}

describe('differencing', () => {
  test('a filter that isolates one shows nothing', async () => {
    const { city } = await victim()
    const asker = fresh()
    for (const where of [
      { customer: { is: { city: { equals: city } } } },
      { AND: [{ customer: { is: { city: { contains: city } } } }] },
      { customer: { isNot: { city: { not: city } } } },
    ]) {
      const { body } = await demo.ask(
        'query ($where: InvoiceWhere) { invoicesAggregate(where: $where) { count sum { net } } }',
        { where },
        asker,
      )
      expect(body.data).toEqual({ invoicesAggregate: [] })
    }
  })

  test('all, less all but one, is off by more than the one, on most days', async () => {
    const { city, net } = await victim()
    const query = `query ($city: String) {
      all: invoicesAggregate { sum { net } }
      others: invoicesAggregate(where: { customer: { is: { city: { not: $city } } } }) { sum { net } }
    }`
    const asker = fresh()
    const errors: number[] = []
    for (let i = 0; i < 60; i++) {
      day = `2026-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + Math.floor(i / 12)).padStart(2, '0')}`
      const { body } = await demo.ask(query, { city }, asker)
      const estimate = Number(body.data.all[0].sum.net) - Number(body.data.others[0].sum.net)
      errors.push((estimate - net) / net)
    }
    day = '2026-11-24'
    const close = errors.filter((error) => Math.abs(error) < 0.1).length / errors.length
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
    // Two draws: √2 of what the largest contributor contributes with them, and that of the next largest without.
    expect(spread).toBeGreaterThan(0.9)
    expect(close).toBeLessThan(0.3)
  })

  test('the total, less the groups that are shown, does not give the group that is not', async () => {
    const query = `{
      total: invoicesAggregate { count }
      groups: invoicesAggregate(groupBy: [currency]) { key { currency } count remainder }
    }`
    const two = `SELECT id FROM customer WHERE id NOT IN (${OBJECTED}) ORDER BY id LIMIT 2`
    await owner.query(`UPDATE invoice SET currency_code = 'EUR' WHERE customer_id IN (${two})`)
    const { count } = await one<{ count: string }>(`SELECT count(*) FROM invoice WHERE currency_code = 'EUR'`)
    const asker = fresh()
    const errors: number[] = []
    for (let i = 1; i <= 28; i++) {
      day = `2026-02-${String(i).padStart(2, '0')}`
      const { total, groups } = (await demo.ask(query, {}, asker)).body.data
      expect(groups).toHaveLength(1)
      expect(groups[0]).toMatchObject({ key: { currency: 'DKK' }, remainder: false })
      errors.push(total[0].count - groups[0].count - Number(count))
    }
    day = '2026-11-24'
    await owner.query(`UPDATE invoice SET currency_code = 'DKK' WHERE customer_id IN (${two})`)
    expect(errors.filter((error) => error === 0).length).toBeLessThan(5)
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
    expect(spread).toBeGreaterThan(10)
  })

  test('exact figures: there is no second one to subtract', async () => {
    const exact = await startGroupsGateway({
      databaseUrl: database.url,
      rule: 'smallestGroup: 5, noise: 0, budget: 1',
    })
    try {
      const asker = fresh()
      const all = '{ invoicesAggregate { count sum { net } } }'
      const first = await exact.ask(all, {}, asker)
      const { count } = await one<{ count: string }>(
        `SELECT count(*) FROM invoice WHERE customer_id NOT IN (${OBJECTED})`,
      )
      expect(first.body.data.invoicesAggregate[0].count).toBe(Number(count))
      expect((await exact.ask(all, {}, asker)).text).toBe(first.text)
      const second = await exact.ask('{ invoicesAggregate(groupBy: [currency]) { count } }', {}, asker)
      expect([second.status, codesIn(second)]).toEqual([429, ['BUDGET_EXHAUSTED']])
      const both = await exact.ask(
        '{ a: invoicesAggregate { count } b: customersAggregate { count } }',
        {},
        fresh(),
      )
      expect([both.status, codesIn(both)]).toEqual([429, ['BUDGET_EXHAUSTED']])
      expect(both.body.data).toBeUndefined()
    } finally {
      await exact.close()
    }
  })
})

describe('singling out', () => {
  test('grouping by what only one has leaves groups of five or more, and what is left together', async () => {
    const { body } = await demo.ask(
      '{ customersAggregate(groupBy: [city, industryCode, createdAt, employeeCount]) { key { city } count remainder } }',
      {},
      fresh(),
    )
    expect(body.data.customersAggregate.map(({ remainder }: { remainder: boolean }) => remainder)).toEqual([
      true,
    ])
  })

  test.each([
    ['rows', '{ customers { nodes { kind } } }', 'Query.customers'],
    ['a number of rows', '{ customers { totalCount } }', 'Query.customers'],
    ['the smallest value', '{ invoicesAggregate { min { net } } }', 'InvoiceAggregate.min'],
    ['the largest value', '{ invoicesAggregate { max { __typename } } }', 'InvoiceAggregate.max'],
  ])('refuses %s', async (_, query, coordinate) => {
    const answer = await demo.ask(query, {}, fresh())
    expect(answer.status).toBe(403)
    expect(answer.body.errors[0].extensions).toMatchObject({ code: 'GROUPS_ONLY', coordinate })
    expect(answer.body.data).toBeUndefined()
  })

  test.each([
    [
      'a field that is not declared',
      '{ customersAggregate(groupBy: [name]) { count } }',
      'FIELD_NOT_PERMITTED',
    ],
    [
      'a filter by one',
      '{ customersAggregate(where: { id: { equals: 3 } }) { count } }',
      'ARGUMENT_NOT_PERMITTED',
    ],
    [
      'a filter by a coarse field',
      '{ customersAggregate(where: { createdAt: { gt: "2025-01-01T00:00:00Z" } }) { count } }',
      'ARGUMENT_NOT_PERMITTED',
    ],
    ['the sum of one', '{ invoicesAggregate { sum { total } } }', 'FIELD_NOT_PERMITTED'],
    ['a model without any', '{ bankAccountsAggregate { count } }', 'FIELD_NOT_PERMITTED'],
  ])('refuses %s', async (_, query, code) => {
    const answer = await demo.ask(query, {}, fresh())
    expect([answer.status, codesIn(answer)]).toEqual([403, [code]])
  })

  test('pruned, it is null and nothing of it was read', async () => {
    const answer = await demo.gateway.ask(fresh(), {
      query: '{ customers { nodes { kind } } invoicesAggregate { count max { net } } }',
      purpose: 'STATISTICS',
      headers: { 'x-on-denied': 'prune' },
    })
    expect(answer.body.data).toEqual({
      customers: null,
      invoicesAggregate: [{ count: expect.any(Number), max: null }],
    })
  })
})

describe('repeating', () => {
  test('tells nothing: the same question has the same answer, however it is put', async () => {
    const asker = fresh()
    const counts = async (root: string, variables = {}) => {
      const { body } = await demo.ask(
        `query ${root.includes('$c') ? '($c: String)' : ''} { a: ${root} }`,
        variables,
        asker,
      )
      return body.data.a.map(({ count }: { count: number }) => count)
    }
    const first = await counts(
      'customersAggregate(groupBy: [kind], where: { country: { equals: "DK" } }) { count }',
    )
    for (const [root, variables] of [
      ['customersAggregate(groupBy: [kind], where: { country: { equals: $c } }) { count }', { c: 'DK' }],
      ['customersAggregate(groupBy: [kind], where: { country: { in: ["DK", "XX"] } }) { count }', {}],
      [
        'customersAggregate(groupBy: [kind], where: { NOT: { country: { not: "DK" } } }) { count sum { employeeCount } }',
        {},
      ],
      ['customersAggregate(groupBy: [kind, country], where: { country: { equals: "DK" } }) { count }', {}],
    ] as const)
      expect(await counts(root, variables)).toEqual(first)
  })

  test('in another spelling still counts, and ends', async () => {
    const asker = fresh()
    const ask = (i: number) =>
      demo.ask(
        'query ($n: Int) { customersAggregate(where: { OR: [{ employeeCount: { gt: $n } }, { country: { equals: "DK" } }] }) { count } }',
        { n: i },
        asker,
      )
    const answers = []
    for (let i = 0; i < 22; i++) answers.push(await ask(i))
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(200), 429, 429])
    expect((await ask(3)).text).toBe(answers[3]?.text)
    const other = await demo.ask('{ subscriptionsAggregate { count } }', {}, asker)
    expect(codesIn(other)).toEqual(['BUDGET_EXHAUSTED'])
  })
})
