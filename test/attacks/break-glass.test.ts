import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChangedSchema, changedSchema } from '../changed-schema.ts'
import { runHere } from '../cli/run-cli.ts'
import type { Asker, TestGateway } from '../gateway.ts'
import { CLERK, codesOf, openWorld, type World } from './world.ts'

let schema: ChangedSchema
let world: World
let beside: TestGateway

beforeAll(async () => {
  schema = await changedSchema()
  const billing = 'owner: "finance@example.dk", reviewed: "2026-09-01"'
  await schema.change('purposes.graphql', billing, `${billing}, breakGlass: 30, reviewWithin: 24`)
  const support = 'owner: "support@example.dk", reviewed: "2026-08-17"'
  await schema.change('purposes.graphql', support, `${support}, justify: true, breakGlass: 5`)
  world = await openWorld({ SCHEMA_DIR: schema.folder })
  beside = await world.beside({ SCHEMA_DIR: schema.folder })
})
afterAll(async () => {
  await beside?.close()
  await world?.close()
  await schema?.remove()
})

const QUERY = '{ customers(first: 1) { nodes { id name } } }'
const WHY = 'CASE-4711 the customer waits on the phone'

/** Somebody with another job, whose token grants the purpose. */
function outsider(subject: string): Asker {
  return { subject, roles: ['SUPPORT_AGENT'], purposes: ['BILLING', 'SUPPORT'] }
}

const asking = (justification?: string, purpose = 'BILLING', query = QUERY) => ({
  query,
  purpose,
  headers: justification === undefined ? {} : { 'x-justification': justification },
})

async function usesOf(subject: string) {
  const { rows } = await world.owner.query(
    'SELECT * FROM gateway.break_glass_use WHERE subject = $1 ORDER BY opened_at',
    [subject],
  )
  return rows
}

/** A use as it was some minutes ago. */
async function insertUse(subject: string, purpose: string, minutesAgo: number, minutes: number, hours = 24) {
  await world.owner.query(
    `INSERT INTO gateway.break_glass_use (id, subject, app, roles, purpose, justification, policy, opened_at, closes_at, review_by)
     SELECT gen_random_uuid(), $1, 'test', '{}', $2, $3, '', t, t + make_interval(mins => $5), t + make_interval(hours => $6)
     FROM (SELECT now() - make_interval(mins => $4) AS t) s`,
    [subject, purpose, WHY, minutesAgo, minutes, hours],
  )
}

async function lastRecord(subject: string) {
  return (await world.records()).filter(({ json }) => json.principal?.subject === subject).at(-1)?.json
}

describe('who has another role', () => {
  test('is let in with a justification: on record, announced, counted, and seen in the trace', async () => {
    const answer = await world.ask(outsider('eva'), asking(WHY))
    expect(answer.status).toBe(200)
    expect(answer.body.data.customers.nodes).toHaveLength(1)
    const [use, ...more] = await usesOf('eva')
    expect(more).toEqual([])
    expect(use).toMatchObject({ purpose: 'BILLING', justification: WHY, roles: ['SUPPORT_AGENT'] })
    expect(use.closes_at - use.opened_at).toBe(30 * 60_000)
    expect(use.review_by - use.opened_at).toBe(24 * 3_600_000)
    expect(await lastRecord('eva')).toMatchObject({
      outcome: 'granted',
      purpose: 'BILLING',
      justification: WHY,
      breakGlass: use.id,
    })
    const lines = world.gateway.lines.filter((line) => line.includes(use.id))
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'break_glass', purpose: 'BILLING', app: 'test', minutes: 30 }),
    ])
    expect(lines[0]).not.toMatch(/\b(eva|4711)\b/)
    expect(await world.metrics()).toMatch(
      /^purpose_gateway_break_glass_total\{.*purpose="BILLING".*event="opened".*\} 1/m,
    )
  })

  test('goes on under the same use while it is open, on any gateway', async () => {
    await world.ask(outsider('finn'), asking(WHY))
    await world.ask(outsider('finn'), asking(WHY))
    expect((await beside.ask(outsider('finn'), asking('CASE-4712 the same customer again'))).status).toBe(200)
    expect(await usesOf('finn')).toHaveLength(1)
  })

  test('opens one use with many requests at once, on two gateways', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 ? beside : world.gateway).ask(outsider('gry'), asking(WHY)),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(await usesOf('gry')).toHaveLength(1)
  })

  test.each([
    ['without a justification', undefined, 'JUSTIFICATION_MISSING'],
    ['with a justification that is none', 'because', 'JUSTIFICATION_INVALID'],
  ])('is refused %s, and nothing is opened or read', async (_, why, code) => {
    world.forget()
    const answer = await world.ask(outsider('hans'), asking(why))
    expect([answer.status, codesOf(answer)]).toEqual([400, [code]])
    expect(answer.body).not.toHaveProperty('data')
    expect(world.statements()).toEqual([])
    expect(await usesOf('hans')).toEqual([])
    expect(await lastRecord('hans')).toMatchObject({ outcome: 'refused', blocked: { request: code } })
  })

  test('opens nothing with an operation that is refused anyway', async () => {
    const answer = await world.ask(
      outsider('ida'),
      asking(WHY, 'BILLING', '{ customers { nodes { industryCode } } }'),
    )
    expect(codesOf(answer)).toEqual(['FIELD_NOT_PERMITTED'])
    expect(await usesOf('ida')).toEqual([])
  })
})

describe('nobody gets in', () => {
  test.each<[string, Asker, string, string]>([
    [
      'whose token does not grant the purpose',
      { roles: ['SUPPORT_AGENT'], purposes: [] },
      'BILLING',
      'PURPOSE_NOT_GRANTED',
    ],
    [
      'without any role of the policy',
      { roles: ['VISITOR'], purposes: ['BILLING'] },
      'BILLING',
      'ROLE_MISSING',
    ],
    [
      'to a purpose without a glass',
      { roles: ['SUPPORT_AGENT'], purposes: ['MARKETING'] },
      'MARKETING',
      'ROLE_MISSING',
    ],
  ])('%s', async (_, asker, purpose, code) => {
    const answer = await world.ask({ subject: 'jon', ...asker }, asking(WHY, purpose))
    expect([answer.status, codesOf(answer)]).toEqual([403, [code]])
    expect(await usesOf('jon')).toEqual([])
  })

  test('who has a role of the purpose breaks no glass', async () => {
    expect((await world.ask({ ...CLERK, subject: 'kim' }, asking(WHY))).status).toBe(200)
    expect(await usesOf('kim')).toEqual([])
    expect(await lastRecord('kim')).not.toHaveProperty('breakGlass')
  })
})

describe('time', () => {
  test('when the minutes are over, the same justification opens nothing; another one is another use', async () => {
    await insertUse('liv', 'BILLING', 31, 30)
    const again = await world.ask(outsider('liv'), asking(WHY))
    expect([again.status, codesOf(again)]).toEqual([403, ['BREAK_GLASS_EXPIRED']])
    expect((await world.ask(outsider('liv'), asking('CASE-4713 somebody else is on the phone'))).status).toBe(
      200,
    )
    expect(await usesOf('liv')).toHaveLength(2)
  })

  test('a use is open until its last minute', async () => {
    await insertUse('mia', 'BILLING', 29, 30)
    expect((await world.ask(outsider('mia'), asking(WHY))).status).toBe(200)
    expect(await usesOf('mia')).toHaveLength(1)
  })

  test('minutes that the policy has shortened since count at once', async () => {
    await insertUse('nis', 'SUPPORT', 6, 600)
    const answer = await world.ask(outsider('nis'), { ...asking(WHY, 'SUPPORT') })
    // Has the role of SUPPORT, so no glass at all.
    expect(answer.status).toBe(200)
    const clerk: Asker = { subject: 'nis', roles: ['BILLING_CLERK'], purposes: ['SUPPORT'] }
    expect(codesOf(await world.ask(clerk, asking(WHY, 'SUPPORT')))).toEqual(['BREAK_GLASS_EXPIRED'])
  })

  test('an unreviewed use past its deadline shuts every glass, until somebody else has reviewed it', async () => {
    await insertUse('ove', 'SUPPORT', 25 * 60, 5)
    for (const gateway of [world.gateway, beside]) {
      const answer = await gateway.ask(outsider('ove'), asking('CASE-4714 it is urgent once more'))
      expect([answer.status, codesOf(answer)]).toEqual([403, ['BREAK_GLASS_UNREVIEWED']])
    }
    const env = { DATABASE_URL: world.database.url }
    const [use] = await usesOf('ove')
    const listed = await runHere(['break-glass', 'list', '--json'], env)
    expect(listed.exitCode).toBe(1)
    expect(JSON.parse(listed.stdout).uses).toContainEqual(
      expect.objectContaining({ id: use.id, state: 'overdue', subject: 'ove', review: null }),
    )
    const reviewBy = (by: string) =>
      runHere(['break-glass', 'review', use.id, '--by', by, '--note', 'it was needed'], env)
    expect(await reviewBy(' OVE ')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('their own'),
    })
    expect(await reviewBy('mette')).toMatchObject({ exitCode: 0, stdout: `reviewed ${use.id}\n` })
    expect(await reviewBy('bo')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('before') })
    expect((await world.ask(outsider('ove'), asking('CASE-4714 it is urgent once more'))).status).toBe(200)
    const all = await runHere(['break-glass', 'list', '--all'], env)
    expect(all.stdout).toContain('by mette: it was needed')
  })

  test('an earlier use within its deadline shuts nothing', async () => {
    await insertUse('pia', 'SUPPORT', 23 * 60, 5)
    expect((await world.ask(outsider('pia'), asking(WHY))).status).toBe(200)
  })
})

test('nothing opens while its state cannot be read, and nothing is read', async () => {
  await world.owner.query('ALTER TABLE gateway.break_glass_use RENAME TO hidden')
  try {
    world.forget()
    const answer = await world.ask(outsider('rie'), asking(WHY))
    expect([answer.status, codesOf(answer)]).toEqual([503, ['AUDIT_UNAVAILABLE']])
    expect(world.statements()).toEqual([])
  } finally {
    await world.owner.query('ALTER TABLE gateway.hidden RENAME TO break_glass_use')
  }
  expect((await world.ask(outsider('rie'), asking(WHY))).status).toBe(200)
})

test('uses and reviews cannot be changed, and the gateway cannot write a review', async () => {
  for (const table of ['break_glass_use', 'break_glass_review'])
    for (const statement of [`DELETE FROM gateway.${table}`, `TRUNCATE gateway.${table} CASCADE`])
      await expect(world.owner.query(statement)).rejects.toThrow('append-only')
  const { rows } = await world.owner.query(
    `SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type) AS held FROM information_schema.table_privileges
     WHERE table_name LIKE 'break_glass%' AND grantee LIKE 'gateway_auditor_%' AND grantee LIKE '%' || current_database()
     GROUP BY table_name ORDER BY table_name`,
  )
  expect(rows).toEqual([
    { table_name: 'break_glass_review', held: 'SELECT' },
    { table_name: 'break_glass_use', held: 'INSERT,SELECT' },
  ])
})

test('a purpose that demands a justification demands it of its own roles too', async () => {
  const agent: Asker = { subject: 'siv', roles: ['SUPPORT_AGENT'], purposes: ['SUPPORT'] }
  expect(codesOf(await world.ask(agent, asking(undefined, 'SUPPORT')))).toEqual(['JUSTIFICATION_MISSING'])
  expect(codesOf(await world.ask(agent, asking('x', 'SUPPORT')))).toEqual(['JUSTIFICATION_INVALID'])
  expect((await world.ask(agent, asking(WHY, 'SUPPORT'))).status).toBe(200)
  expect(await lastRecord('siv')).toMatchObject({ outcome: 'granted', justification: WHY })
})
