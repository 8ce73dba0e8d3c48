import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { treeObjections } from '../audit/plain-tree.ts'
import type { Answer } from '../gateway.ts'
import { CLERK, OFFICER, openWorld, type World } from './world.ts'

const DEADLINE_MS = 1_200
const QUEUE_SIZE = 8

let world: World
/** A second session of the owner, to hold locks with. */
let blocker: pg.Client
beforeAll(async () => {
  world = await openWorld({ AUDIT_DEADLINE_MS: String(DEADLINE_MS), AUDIT_QUEUE_SIZE: String(QUEUE_SIZE) })
  blocker = new pg.Client({ connectionString: world.database.url })
  await blocker.connect()
})
afterAll(async () => {
  await blocker?.end()
  await world?.close()
})
beforeEach(() => world.forget())
afterEach(async () => {
  await blocker.query('ROLLBACK')
  await recovered()
})

const BILLING = { purpose: 'BILLING' }
const OPEN = '{ customers(first: 1) { nodes { name } } }'
const SECRET = '{ contacts(first: 1) { nodes { cpr } } }'
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until<T>(look: () => Promise<T | undefined | false>, withinMs = 5_000): Promise<T> {
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(20)) {
    const seen = await look()
    if (seen) return seen
  }
  throw new Error('it did not happen')
}

/** From now on the log answers nobody. */
const hang = () => blocker.query('BEGIN; LOCK TABLE gateway.log_head IN ACCESS EXCLUSIVE MODE')
const recovered = () =>
  until(async () => (await world.ask(CLERK, { ...BILLING, query: OPEN })).status === 200)

function expectUnreleased(answer: Answer): void {
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(answer.body).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: 'AUDIT_UNAVAILABLE' } }],
  })
  expect(answer.text).not.toContain('S3c')
}

const countOf = (
  rows: readonly { json: { outcome: string; folded?: { count: number } } }[],
  outcome: string,
): number =>
  rows
    .filter(({ json }) => json.outcome === outcome)
    .reduce((sum, { json }) => sum + (json.folded?.count ?? 1), 0)

describe('34 decision logs dropped under load (open-policy-agent/opa#8123)', () => {
  test('of a burst, each answer has its record, and whoever has none got nothing', async () => {
    const before = (await world.records()).length
    const asked = Array.from({ length: 120 }, (_, i) =>
      world.ask(CLERK, {
        ...BILLING,
        query: i % 2 === 0 ? OPEN : SECRET,
        headers: { 'x-justification': `burst ${i}` },
      }),
    )
    const answers = await Promise.all(asked)
    const statuses = (status: number) => answers.filter((answer) => answer.status === status).length
    expect(statuses(200) + statuses(403) + statuses(503)).toBe(120)
    const records = (await world.records()).slice(before)
    expect(countOf(records, 'granted')).toBeGreaterThanOrEqual(statuses(200))
    expect(countOf(records, 'refused')).toBeGreaterThanOrEqual(statuses(403))
    const justified = new Set(records.map(({ json }) => json.justification))
    answers.forEach(({ status, text }, i) => {
      if (status === 200) expect(justified).toContain(`burst ${i}`)
      if (status === 503) expect(text).not.toContain('S3c')
    })
    await world.expectUnread(answers, 'cpr')
  })

  test('a flood of refusals does not flood the log, and none of it is lost', async () => {
    const before = (await world.records()).length
    let refused = 0
    for (let round = 0; round < 25; round++) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => world.ask(CLERK, { ...BILLING, query: SECRET })),
      )
      refused += answers.filter(({ status }) => status === 403).length
    }
    expect(refused).toBeGreaterThan(100)
    const records = (await world.records()).slice(before)
    expect(countOf(records, 'refused')).toBe(refused)
    expect(records.length).toBeLessThan(refused)
    expect(records.at(-1)?.json.blocked).toEqual({ 'Contact.cpr': 'FIELD_NOT_PERMITTED' })
  })

  test('a refusal cannot be made too large for the log', async () => {
    for (const asked of [
      { query: `query ${'q'.repeat(90_000)} ${SECRET}` },
      { query: SECRET, headers: { 'x-justification': 'j'.repeat(1_000) } },
      { query: `{ ${'a'.repeat(90_000)}: contacts { nodes { cpr } } }` },
    ]) {
      const before = (await world.records()).length
      expect((await world.ask(CLERK, { ...BILLING, ...asked })).status).toBe(403)
      expect((await world.records()).length).toBe(before + 1)
    }
  })
})

describe('35 one hanging sink blocks all (hashicorp/vault#5361)', () => {
  test('each waits no longer than the deadline, and gets nothing', async () => {
    await hang()
    const began = performance.now()
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => world.ask(CLERK, { ...BILLING, query: OPEN })),
      world.ask(CLERK, { ...BILLING, query: SECRET }),
    ])
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 1_000)
    for (const answer of answers) expectUnreleased(answer)
    await world.expectUnseen('firmS3cret', answers)
  })

  test('once it is known to hang, nothing is read any more', async () => {
    await hang()
    await until(async () => {
      world.forget()
      expectUnreleased(await world.ask(CLERK, { ...BILLING, query: OPEN }))
      return world.statements().length === 0
    })
    const began = performance.now()
    for (let i = 0; i < 5; i++) expectUnreleased(await world.ask(CLERK, { ...BILLING, query: OPEN }))
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS)
    expect(world.statements()).toEqual([])
    const probes = await Promise.all(
      ['/healthz', '/readyz', '/metrics'].map((path) => fetch(new URL(path, world.gateway.url))),
    )
    expect(probes.map(({ status }) => status)).toEqual([200, 503, 200])
  })

  test('with a full queue, requests are shed before they read', async () => {
    await hang()
    const waiting = Array.from({ length: QUEUE_SIZE }, () => world.ask(CLERK, { ...BILLING, query: OPEN }))
    await until(
      async () => (await world.metrics()).includes(`purpose_gateway_audit_queue_depth ${QUEUE_SIZE}`),
      DEADLINE_MS,
    )
    world.forget()
    const shed = await world.ask(CLERK, { ...BILLING, query: OPEN })
    expectUnreleased(shed)
    expect(world.statements()).toEqual([])
    for (const answer of await Promise.all(waiting)) expectUnreleased(answer)
  })
})

describe('36 a sink that fails quietly (vault#3935)', () => {
  const sabotage: readonly (readonly [string, string, string])[] = [
    [
      'the insert is swallowed by a rule',
      'CREATE RULE swallow AS ON INSERT TO gateway.access_record DO INSTEAD NOTHING',
      'DROP RULE swallow ON gateway.access_record',
    ],
    [
      'the insert is swallowed by a trigger',
      `CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER aa_swallow BEFORE INSERT ON gateway.access_record FOR EACH ROW EXECUTE FUNCTION swallow()`,
      'DROP TRIGGER aa_swallow ON gateway.access_record; DROP FUNCTION swallow()',
    ],
    [
      'the table is gone',
      'ALTER TABLE gateway.access_record RENAME TO gone',
      'ALTER TABLE gateway.gone RENAME TO access_record',
    ],
    [
      'the head is gone',
      'ALTER TABLE gateway.log_head RENAME TO gone',
      'ALTER TABLE gateway.gone RENAME TO log_head',
    ],
  ]
  test.each(sabotage)('nothing is released where %s', async (_, breakIt, mendIt) => {
    await world.owner.query(breakIt)
    try {
      const answers = [
        await world.ask(CLERK, { ...BILLING, query: OPEN }),
        await world.ask(CLERK, { ...BILLING, query: SECRET }),
      ]
      for (const answer of answers) expectUnreleased(answer)
    } finally {
      await world.owner.query(mendIt)
    }
  })

  test('nothing is released where the right to insert is gone', async () => {
    const role = `gateway_auditor_${world.database.name}`
    await world.owner.query(
      `REVOKE ALL ON ALL TABLES IN SCHEMA gateway FROM "${role}"; REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gateway FROM "${role}"`,
    )
    try {
      expectUnreleased(await world.ask(CLERK, { ...BILLING, query: OPEN }))
    } finally {
      // A gateway that starts makes the role whole again.
      await (await world.beside({})).close()
    }
  })
})

describe('37 an auditor that never re-hashes (immudb#2063), 38 a flipped bit in a leaf (Yeti 2022)', () => {
  test('the tree is that of the bytes that are stored, hashed again', async () => {
    const { rows } = await world.owner.query('SELECT count(*)::int AS n FROM gateway.access_record')
    expect(rows[0].n).toBeGreaterThan(100)
    expect(await treeObjections(world.owner)).toEqual([])
  })

  test.each([
    `UPDATE gateway.access_record SET record = record`,
    'DELETE FROM gateway.access_record',
    'TRUNCATE gateway.access_record',
    'UPDATE gateway.policy_version SET text = text',
  ])('not even the owner changes it by a slip: %s', async (sql) => {
    await expect(world.owner.query(sql)).rejects.toThrow()
  })
})

describe('39 the audit itself exposes personal data', () => {
  test('a granted access is on record by coordinates, counts and commitments', async () => {
    const query = '{ contacts(first: 5) { nodes { cpr name customer { id name } } } }'
    const answer = await world.ask(OFFICER, {
      purpose: 'LEGAL_OBLIGATION',
      query,
      headers: { 'x-justification': 'case 7' },
    })
    expect(answer.text).toContain('cprS3c')
    const record = (await world.records()).at(-1)
    expect(record?.text).not.toContain('S3c')
    expect(record?.json).toMatchObject({
      outcome: 'granted',
      justification: 'case 7',
      rows: { Contact: 5 },
      fields: { 'Contact.cpr': 'AS_IS', 'Contact.name': 'AS_IS' },
    })
    for (const subject of record?.json.subjects ?? []) expect(subject).toMatch(/^[\w-]{43}$/)
    // The same people under another hash elsewhere: a commitment without its salt cannot be guessed from a short number.
    const guesses = Array.from({ length: 60 }, (_, i) =>
      createHash('sha256')
        .update(String(i + 1))
        .digest('base64url'),
    )
    for (const guess of guesses) expect(record?.json.subjects).not.toContain(guess)
  })

  test('whom any of several fields of an operation is about is on record, each once', async () => {
    const subjectsOf = async (query: string): Promise<readonly string[]> => {
      const headers = { 'x-justification': 'case 8' }
      const { body } = await world.ask(OFFICER, { purpose: 'LEGAL_OBLIGATION', query, headers })
      expect(body.errors).toBeUndefined()
      return (await world.records()).at(-1)?.json.subjects ?? []
    }
    const [one, two, three] = [
      await subjectsOf('{ customer(id: 1) { name } }'),
      await subjectsOf('{ customer(id: 2) { name } }'),
      await subjectsOf('{ customer(id: 3) { name } }'),
    ]
    expect([one, two, three].map(({ length }) => length)).toEqual([1, 1, 1])
    const all = await subjectsOf(
      '{ a: customer(id: 1) { name } b: customer(id: 2) { name } c: customer(id: 1) { id } d: customer(id: 3) { name } }',
    )
    expect([...all].sort()).toEqual([...one, ...two, ...three].sort())
  })

  test('no purpose reads the log through the gateway, and no page shows it yet', async () => {
    for (const field of ['accessRecords', 'accessRecord', 'log', 'subjectSalts', 'records'])
      expect(
        (await world.ask(OFFICER, { purpose: 'LEGAL_OBLIGATION', query: `{ ${field} { id } }` })).status,
      ).toBe(400)
    for (const path of ['/console', '/audit', '/records', '/log'])
      expect((await fetch(new URL(path, world.gateway.url))).status).toBe(404)
  })
})

describe('a client that goes away (beyond the list)', () => {
  const active = async (): Promise<number> => {
    const { rows } = await world.owner.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE usename = $1 AND state = 'active'`,
      [`gateway_reader_${world.database.name}`],
    )
    return rows[0].n
  }

  test('cancels its statement in PostgreSQL, and is on record', async () => {
    await blocker.query('BEGIN; LOCK TABLE customer IN ACCESS EXCLUSIVE MODE')
    const before = (await world.records()).length
    const gone = new AbortController()
    const asked = world.send(CLERK, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-purpose': 'BILLING', 'x-justification': 'went away' },
      body: JSON.stringify({ query: OPEN }),
      signal: gone.signal,
    })
    const aborted = expect(asked).rejects.toThrow()
    await until(async () => (await active()) === 1)
    gone.abort()
    await aborted
    await until(async () => (await active()) === 0, 2_000)
    const record = await until(async () => (await world.records())[before])
    expect(record.json).toMatchObject({
      outcome: 'failed',
      justification: 'went away',
      blocked: { request: 'REQUEST_CANCELLED' },
    })
  })
})
