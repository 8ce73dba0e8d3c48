import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, startTestGateway } from '../gateway.ts'

/** Of the one subject that is looked at; nobody else has it. */
const INDUSTRY = '999999'
const ONE = `{ customers(where: { industryCode: { equals: "${INDUSTRY}" } }) { nodes { id } } }`
const PAGE =
  'query ($after: String) { customers(first: 3, after: $after) { nodes { id } pageInfo { endCursor } } }'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await owner.query('DELETE FROM objection')
  await owner.query(`UPDATE customer SET industry_code = '${INDUSTRY}' WHERE id = 3`)
  await owner.end()
})
afterAll(async () => {
  await database?.drop()
})

/** A gateway whose clock, and that of its tokens, stands where each question puts it. */
async function openAt(period: string) {
  let now = Date.now()
  const gateway = await startTestGateway({
    databaseUrl: database.url,
    env: { PSEUDONYM_PERIOD: period, GATEWAY_SECRET: 'the secret of the tests of periods' },
    now: () => now,
  })
  return {
    close: gateway.close,
    ask(instant: string, role: string, purpose: string, query: string, after?: string): Promise<Answer> {
      now = Date.parse(instant)
      // Another subject, so that the token is one of this instant.
      const asker = { subject: instant, roles: [role], purposes: [purpose] }
      return gateway.ask(asker, { purpose, query, variables: { after } })
    },
  }
}

const idsOf = ({ body }: Answer): readonly string[] =>
  body.data.customers.nodes.map(({ id }: { id: string }) => id)
const cursorOf = ({ body }: Answer): string => body.data.customers.pageInfo.endCursor
const codesOf = ({ body }: Answer): readonly string[] =>
  (body.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code)

test.each([
  ['P1D', '2026-03-03T00:00:00.000Z', '2026-03-03T23:59:59.999Z', '2026-03-04T00:00:00.000Z'],
  ['P1M', '2026-02-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
  ['P3M', '2026-01-01T00:00:00.000Z', '2026-03-31T23:59:59.999Z', '2026-04-01T00:00:00.000Z'],
  ['P1Y', '2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
])('%s: one pseudonym and one order from %s to %s, others from %s on', async (period, first, last, next) => {
  const gateway = await openAt(period)
  const ask = (instant: string, query: string, after?: string) =>
    gateway.ask(instant, 'MARKET_ANALYST', 'MARKET_ANALYSIS', query, after)
  try {
    const [pseudonym, ...others] = idsOf(await ask(first, ONE))
    expect([pseudonym, others]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), []])
    expect(idsOf(await ask(last, ONE))).toEqual([pseudonym])
    const [renewed, ...more] = idsOf(await ask(next, ONE))
    expect([renewed, more]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), []])
    expect(renewed).not.toBe(pseudonym)

    const page = await ask(first, PAGE)
    const second = idsOf(await ask(last, PAGE, cursorOf(page)))
    expect(second).toHaveLength(3)
    expect(second.filter((id) => idsOf(page).includes(id))).toEqual([])
    const outlived = await ask(next, PAGE, cursorOf(page))
    expect([outlived.status, codesOf(outlived), outlived.body.data ?? null]).toEqual([
      400,
      ['CURSOR_INVALID'],
      null,
    ])
    // Nor does one of the new period lead back into the old one.
    const early = await ask(last, PAGE, cursorOf(await ask(next, PAGE)))
    expect([early.status, codesOf(early)]).toEqual([400, ['CURSOR_INVALID']])
  } finally {
    await gateway.close()
  }
})

test('none: a pseudonym stands for good, and so does a cursor', async () => {
  const gateway = await openAt('none')
  const ask = (instant: string, query: string, after?: string) =>
    gateway.ask(instant, 'MARKET_ANALYST', 'MARKET_ANALYSIS', query, after)
  try {
    const [before, after] = ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z']
    expect(idsOf(await ask(after, ONE))).toEqual(idsOf(await ask(before, ONE)))
    const page = await ask(before, PAGE)
    expect(idsOf(await ask(after, PAGE, cursorOf(page)))).toHaveLength(3)
  } finally {
    await gateway.close()
  }
})

test('a cursor of a list whose order hides no key outlives the period', async () => {
  const gateway = await openAt('P1D')
  const ask = (instant: string, after?: string) =>
    gateway.ask(instant, 'BILLING_CLERK', 'BILLING', PAGE, after)
  try {
    const page = await ask('2026-03-03T12:00:00Z')
    expect(idsOf(await ask('2026-03-05T12:00:00Z', cursorOf(page)))).toEqual(['4', '5', '6'])
  } finally {
    await gateway.close()
  }
})
