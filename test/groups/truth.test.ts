import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type GroupsGateway, startGroupsGateway } from './groups-gateway.ts'
import { OBJECTED } from './objected.ts'

const NOT_OBJECTED = `customer_id NOT IN (${OBJECTED})`

let database: TestDatabase
let owner: pg.Client
let exact: GroupsGateway

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  exact = await startGroupsGateway({
    databaseUrl: database.url,
    rule: 'smallestGroup: 5, noise: 0, budget: 999',
  })
})
afterAll(async () => {
  await exact?.close()
  await owner?.end()
  await database?.drop()
})

async function sql(text: string): Promise<readonly unknown[]> {
  return (await owner.query(text)).rows
}

describe('figures of a purpose that is served groups only', () => {
  test('are those of hand-written SQL, groups of five or more', async () => {
    const { body } = await exact.ask(
      '{ subscriptionsAggregate(groupBy: [plan, status]) { key { plan status } count sum { seats monthlyPrice } avg { monthlyPrice } remainder } }',
    )
    const groups = await sql(
      `SELECT upper(plan::text) AS plan, upper(status::text) AS status, count(*)::int AS count, sum(seats)::text AS seats,
        sum(monthly_price)::text AS price, trim_scale(round(avg(monthly_price), 6))::text AS average
       FROM subscription WHERE ${NOT_OBJECTED} GROUP BY plan, status HAVING count(DISTINCT customer_id) >= 5
       ORDER BY upper(plan::text) COLLATE "C", upper(status::text) COLLATE "C"`,
    )
    const rows = body.data.subscriptionsAggregate.filter((row: { remainder: boolean }) => !row.remainder)
    expect(rows.length).toBeGreaterThan(1)
    expect(
      // biome-ignore lint/suspicious/noExplicitAny: an answer
      rows.map(({ key, count, sum, avg }: any) => ({
        ...key,
        count,
        seats: sum.seats,
        price: sum.monthlyPrice,
        average: avg.monthlyPrice,
      })),
    ).toEqual(groups)
  })

  test('show what is too small as one remainder, which is large enough itself', async () => {
    const { body } = await exact.ask(
      '{ subscriptionsAggregate(groupBy: [plan, status]) { key { plan } count sum { seats } remainder } }',
    )
    const [small] = (await sql(
      `WITH seen AS (SELECT * FROM subscription WHERE ${NOT_OBJECTED}),
       g AS (SELECT plan, status FROM seen GROUP BY plan, status HAVING count(DISTINCT customer_id) < 5)
       SELECT count(*)::int AS count, sum(seats)::text AS seats, count(DISTINCT customer_id)::int AS subjects
       FROM seen JOIN g USING (plan, status)`,
    )) as readonly { count: number; seats: string; subjects: number }[]
    const remainders = body.data.subscriptionsAggregate.filter((row: { remainder: boolean }) => row.remainder)
    if (small === undefined || small.subjects < 5) expect(remainders).toEqual([])
    else
      expect(remainders).toEqual([
        { key: null, count: small.count, sum: { seats: small.seats }, remainder: true },
      ])
    expect(small?.subjects).toBeGreaterThanOrEqual(5)
  })

  test('count data subjects, not rows: many invoices of four customers are a group of four', async () => {
    const query =
      'query ($ids: [String!]) { invoicesAggregate(where: { customer: { is: { city: { in: $ids } } } }) { count remainder } }'
    const towns = (await sql(
      `SELECT city FROM customer GROUP BY city
       HAVING count(*) = 1 AND min(id) NOT IN (${OBJECTED}) ORDER BY city LIMIT 5`,
    )) as readonly { city: string }[]
    const cities = towns.map(({ city }) => city)
    expect(cities).toHaveLength(5)
    const five = await exact.ask(query, { ids: cities })
    expect(five.body.data.invoicesAggregate).toHaveLength(1)
    expect(five.body.data.invoicesAggregate[0].count).toBeGreaterThan(20)
    expect(five.body.data.invoicesAggregate[0].remainder).toBe(false)
    const four = await exact.ask(query, { ids: cities.slice(1) })
    expect(four.body.data.invoicesAggregate).toEqual([])
  })

  test('count nobody who objected to this purpose, and whoever objected to another', async () => {
    const query = '{ customersAggregate { count } }'
    const count = async () => (await exact.ask(query)).body.data.customersAggregate[0].count
    const before = await count()
    const object = (purpose: string, place: number) =>
      owner.query(
        `INSERT INTO objection (id, customer_id, objection_purpose, raised_at)
         SELECT gen_random_uuid(), id, $1::objection_purpose, now() - interval '1 minute' FROM customer
         WHERE id NOT IN (SELECT customer_id FROM objection) ORDER BY id OFFSET $2 LIMIT 1`,
        [purpose, place],
      )
    await object('market_analysis', 0)
    expect(await count()).toBe(before)
    await object('statistics', 1)
    expect(await count()).toBe(before - 1)
  })

  test('leave out the sum of a field that fewer than five have a value in', async () => {
    await owner.query('UPDATE customer SET employee_count = NULL')
    const [{ count }] = (await sql(
      `SELECT count(*)::int AS count FROM customer WHERE id NOT IN (${OBJECTED})`,
    )) as readonly [{ count: number }]
    expect(count).toBeLessThan(60)
    const nth = (from: number, to: number) =>
      `SELECT id FROM customer WHERE id NOT IN (${OBJECTED}) ORDER BY id OFFSET ${from} LIMIT ${to - from}`
    await owner.query(`UPDATE customer SET employee_count = 10 WHERE id IN (${nth(0, 4)})`)
    // Whoever objected is not there, and makes no group larger.
    await owner.query(`UPDATE customer SET employee_count = 99 WHERE id IN (${OBJECTED})`)
    const query = '{ customersAggregate { count sum { employeeCount } avg { employeeCount } } }'
    const [four] = (await exact.ask(query)).body.data.customersAggregate
    expect(four).toEqual({ count, sum: { employeeCount: null }, avg: { employeeCount: null } })
    await owner.query(`UPDATE customer SET employee_count = 11 WHERE id IN (${nth(4, 5)})`)
    const [five] = (await exact.ask(query)).body.data.customersAggregate
    expect(five).toEqual({ count, sum: { employeeCount: '51' }, avg: { employeeCount: '10.2' } })
  })
})

describe('figures of a purpose that is served rows', () => {
  const CLERK = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
  const ask = (query: string, variables = {}) =>
    exact.gateway.ask(CLERK, { query, variables, purpose: 'BILLING' })

  test('are those of hand-written SQL, every group', async () => {
    const { body } = await ask(
      '{ invoicesAggregate(groupBy: [status]) { key { status } count sum { total } avg { net } min { issuedAt } max { number } remainder } }',
    )
    const groups = await sql(
      `SELECT upper(status::text) AS status, count(*)::int AS count, sum(total_amount)::text AS total,
        trim_scale(round(avg(net_amount), 6))::text AS net, max(invoice_number) AS number,
        to_char(min(issued_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS first
       FROM invoice GROUP BY status ORDER BY upper(status::text) COLLATE "C"`,
    )
    expect(
      // biome-ignore lint/suspicious/noExplicitAny: an answer
      body.data.invoicesAggregate.map(({ key, count, sum, avg, min, max }: any) => ({
        ...key,
        count,
        total: sum.total,
        net: avg.net,
        number: max.number,
        first: min.issuedAt,
      })),
    ).toEqual(groups)
  })

  test('of no rows are one group without groupBy, and none with', async () => {
    const where = 'where: { number: { equals: -1 } }'
    const { body } = await ask(
      `{ all: invoicesAggregate(${where}) { count sum { total } max { dueOn } } by: invoicesAggregate(${where}, groupBy: status) { count } }`,
    )
    expect(body.data).toEqual({ all: [{ count: 0, sum: { total: null }, max: { dueOn: null } }], by: [] })
  })

  test('name those whom a small group is about on the record, and not those of a large one', async () => {
    const record = async () => {
      const [row] = await sql('SELECT record FROM gateway.access_record ORDER BY index DESC LIMIT 1')
      return JSON.parse(String((row as { record: Buffer }).record))
    }
    await ask('{ invoicesAggregate(where: { customer: { is: { id: { in: [1, 2, 3] } } } }) { count } }')
    expect((await record()).subjects).toHaveLength(3)
    await ask('{ invoicesAggregate { count } }')
    expect((await record()).subjects).toBeUndefined()
    await exact.ask('{ invoicesAggregate { count } }')
    expect(await record()).toMatchObject({ purpose: 'STATISTICS', rows: { InvoiceAggregate: 1 } })
    expect((await record()).subjects).toBeUndefined()
  })

  test('are refused where there are more groups than one aggregate may have', async () => {
    const few = await startGroupsGateway({
      databaseUrl: database.url,
      rule: 'smallestGroup: 5',
      env: { MAX_GROUPS: '3' },
    })
    const asked = (by: string) =>
      few.gateway.ask(CLERK, {
        query: `{ customersAggregate(groupBy: [${by}]) { count } }`,
        purpose: 'BILLING',
      })
    try {
      expect((await asked('kind')).status).toBe(200)
      const refused = await asked('id')
      expect(refused.body.errors[0].extensions.code).toBe('QUERY_TOO_LARGE')
      expect(refused.body.data).toBeUndefined()
    } finally {
      await few.close()
    }
  })

  test('ask for what is grouped by: a key that is not is a mistake', async () => {
    const { body } = await ask('{ invoicesAggregate(groupBy: [status]) { key { currency } } }')
    expect(body.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    // The plan is not shared with another grouping in the same variable.
    const query = 'query ($by: [InvoiceGroupBy!]) { invoicesAggregate(groupBy: $by) { key { status } } }'
    expect((await ask(query, { by: ['status'] })).status).toBe(200)
    expect((await ask(query, { by: ['currency'] })).status).toBe(400)
    expect((await ask(query, { by: ['status', 'currency', 'status'] })).status).toBe(200)
  })
})
