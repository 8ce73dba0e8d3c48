import { createHash, createHmac, hkdfSync } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawSql, noisySql } from '../../src/read/noise-sql.ts'
import { SqlWriter } from '../../src/read/sql-writer.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type GroupsGateway, SECRET, STATISTICIAN, startGroupsGateway } from './groups-gateway.ts'
import { OBJECTED } from './objected.ts'

let database: TestDatabase
let owner: pg.Client
let loud: GroupsGateway
let day = '2026-11-24'

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  loud = await startGroupsGateway({
    databaseUrl: database.url,
    rule: 'smallestGroup: 5, budget: 1000',
    today: () => day,
  })
})
afterAll(async () => {
  await loud?.close()
  await owner?.end()
  await database?.drop()
})

/** Any key: the sample is the same in every run, and another key gives another. */
const KEY = 'the key of this sample, of 32 characters or so'

/**
 * Noise of many figures by the SQL that serves them: `who` differs from figure to figure as sets of subjects do.
 * @returns for each figure, the noise in standard deviations
 */
async function sample(figures: number, date = '2026-11-24', key = KEY): Promise<readonly number[]> {
  const writer = new SqlWriter()
  const draw = drawSql(writer, 'Invoice sum net', 'h.v')
  const noise = noisySql(2, 'd.v', '50', 'd.draw')
  const pads = { inner: 0x36, outer: 0x5c }
  const hashed = Buffer.from(hkdfSync('sha256', key, '', 'purpose-gateway noise X', 32))
  const values = writer.parameters.map((parameter) => {
    if (parameter.kind === 'day') return date
    if (parameter.kind !== 'noisePad') throw new Error('no other parameter')
    return Buffer.concat([hashed, Buffer.alloc(32)]).map((byte) => byte ^ pads[parameter.pad])
  })
  const { rows } = await owner.query<{ noise: string }>(
    `SELECT (${noise} - d.v) / 100 AS noise FROM (
       SELECT h.v, ${draw} AS draw FROM (
         SELECT convert_to(i::text, 'UTF8') AS who, 7 AS n, 1000.000000::numeric AS v FROM generate_series(1, ${figures}) AS i ORDER BY i
       ) h OFFSET 0
     ) d`,
    values,
  )
  return rows.map((row) => Number(row.noise))
}

describe('noise of 100,000 figures', () => {
  let noise: readonly number[] = []
  const moment = (power: number) => noise.reduce((sum, x) => sum + x ** power, 0) / noise.length
  beforeAll(async () => {
    noise = await sample(100_000)
  })

  test('has the mean zero', () => {
    // Four standard errors of a mean of 100,000.
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(noise.length))
  })

  test('has the standard deviation that was asked for', () => {
    // The variance of a squared Laplace of variance 1 is 5.
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(5 / noise.length))
  })

  test('is as often above as below, and has the tails of Laplace', () => {
    const share = (holds: (x: number) => boolean) => noise.filter(holds).length / noise.length
    for (const [holds, expected] of [
      [(x: number) => x > 0, 0.5],
      [(x: number) => Math.abs(x) > 1, Math.exp(-Math.SQRT2)],
      [(x: number) => Math.abs(x) > 3, Math.exp(-3 * Math.SQRT2)],
      [(x: number) => x > 3, Math.exp(-3 * Math.SQRT2) / 2],
      [(x: number) => x < -3, Math.exp(-3 * Math.SQRT2) / 2],
    ] as const)
      expect(Math.abs(share(holds) - expected)).toBeLessThan(
        4 * Math.sqrt((expected * (1 - expected)) / noise.length),
      )
    expect(Math.max(...noise.slice(0, 50_000))).toBeGreaterThan(6)
  })

  test('follows the distribution function of Laplace (Kolmogorov and Smirnov)', () => {
    const sorted = noise.toSorted((a, b) => a - b)
    const below = (x: number) => (x < 0 ? Math.exp(x * Math.SQRT2) / 2 : 1 - Math.exp(-x * Math.SQRT2) / 2)
    const furthest = sorted.reduce(
      (most, x, i) =>
        Math.max(most, Math.abs((i + 1) / sorted.length - below(x)), Math.abs(i / sorted.length - below(x))),
      0,
    )
    // Passed by all but one of a hundred thousand samples of Laplace; a normal distribution misses it by far.
    expect(furthest).toBeLessThan(2.5 / Math.sqrt(sorted.length))
  })

  test('of one set of data subjects tells nothing of that of another, of another day, or under another key', async () => {
    const correlation = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / a.length
    const bound = 4 / Math.sqrt(20_000)
    const first = noise.slice(0, 20_000)
    expect(Math.abs(correlation(first, noise.slice(1, 20_001)))).toBeLessThan(bound)
    expect(Math.abs(correlation(first, await sample(20_000, '2026-11-25')))).toBeLessThan(bound)
    expect(Math.abs(correlation(first, await sample(20_000, '2026-11-24', `${KEY}!`)))).toBeLessThan(bound)
    expect(await sample(100)).toEqual(noise.slice(0, 100))
  })
})

describe('noise of what is served', () => {
  const QUERY =
    'query ($c: String) { invoicesAggregate(where: { customer: { is: { country: { equals: $c } } } }) { count sum { net } } }'
  const figures = async (query = QUERY, variables: object = { c: 'DK' }) => {
    const { body } = await loud.ask(query, variables as Record<string, unknown>, {
      ...STATISTICIAN,
      subject: query + JSON.stringify(variables),
    })
    const [group] = body.data.invoicesAggregate
    return { count: group.count as number, net: Number(group.sum?.net) }
  }
  const truth = async () => {
    const { rows } = await owner.query(
      `WITH per AS (SELECT count(*) AS n, sum(net_amount) AS net FROM invoice i JOIN customer c ON c.id = i.customer_id
         WHERE c.country_code = 'DK' AND c.id NOT IN (${OBJECTED}) GROUP BY c.id)
       SELECT sum(n)::int AS count, sum(net) AS net, max(n)::int AS most_count, max(abs(net)) AS most_net FROM per`,
    )
    return rows[0] as { count: number; net: string; most_count: number; most_net: string }
  }

  test('has, over two hundred days, the true mean, and the largest contribution of one as its standard deviation', async () => {
    const { count, net, most_count, most_net } = await truth()
    const counts: number[] = []
    const nets: number[] = []
    for (let i = 0; i < 200; i++) {
      day = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)
      const served = await figures()
      counts.push((served.count - count) / most_count)
      nets.push((served.net - Number(net)) / Number(most_net))
    }
    day = '2026-11-24'
    for (const noise of [counts, nets]) {
      const mean = noise.reduce((sum, x) => sum + x, 0) / noise.length
      const variance = noise.reduce((sum, x) => sum + x * x, 0) / noise.length
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(noise.length))
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(5 / noise.length))
    }
    const together = counts.reduce((sum, x, i) => sum + x * (nets[i] ?? 0), 0) / counts.length
    expect(Math.abs(together)).toBeLessThan(4 / Math.sqrt(counts.length))
  })

  test('is the number that docs/groups.md says, by somebody who has the key', async () => {
    const { count, most_count } = await truth()
    const { rows } = await owner.query<{ id: string }>(
      `SELECT DISTINCT customer_id::text AS id FROM invoice i JOIN customer c ON c.id = i.customer_id
       WHERE c.country_code = 'DK' AND c.id NOT IN (${OBJECTED})`,
    )
    const digest = sha256
    const who = Buffer.concat(
      rows
        .map(({ id }) => id)
        .sort()
        .map((id) => digest(id)),
    )
    const key = Buffer.from(hkdfSync('sha256', SECRET, '', 'purpose-gateway noise STATISTICS', 32))
    const message = `2026-11-24|Invoice count|${digest(who).toString('hex')}|${count}|${count}`
    const bits = createHmac('sha256', key).update(message).digest('hex').slice(0, 13)
    const p = (Number.parseInt(bits, 16) + 0.5) / 2 ** 52 - 0.5
    const noise = (-Math.sign(p) * Math.log(1 - 2 * Math.abs(p)) * most_count) / Math.SQRT2
    expect((await figures()).count).toBe(Math.round(count + noise))
  })

  test('is fresh where one data subject is not among them, or a row', async () => {
    const before = await figures()
    expect(await figures()).toEqual(before)
    const { rows } = await owner.query(
      `SELECT i.id FROM invoice i JOIN customer c ON c.id = i.customer_id
       WHERE c.country_code = 'DK' AND c.id NOT IN (${OBJECTED}) ORDER BY i.net_amount LIMIT 1`,
    )
    // The same data subjects and the same number of rows: only the sum is another.
    await owner.query('UPDATE invoice SET net_amount = net_amount - 0.01 WHERE id = $1', [rows[0].id])
    const after = await figures()
    expect(after.count).toBe(before.count)
    expect(Math.abs(after.net - before.net)).toBeGreaterThan(1)
    await owner.query('UPDATE invoice SET net_amount = net_amount + 0.01 WHERE id = $1', [rows[0].id])
    expect(await figures()).toEqual(before)
  })

  test('keeps an average to what the published sum and count tell', async () => {
    const { body } = await loud.ask('{ invoicesAggregate { count sum { net } avg { net } } }')
    const [{ count, sum, avg }] = body.data.invoicesAggregate
    expect(Number(avg.net)).toBeCloseTo(Number(sum.net) / count, 5)
  })
})

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}
