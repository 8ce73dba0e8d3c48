import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { startTestGateway } from '../gateway.ts'
import { type CliResult, runHere } from './run-cli.ts'

const SECRET = 'the secret of the retention tests, long enough'

let database: TestDatabase
let owner: pg.Client
let folder: string
let env: Record<string, string>

beforeEach(async () => {
  database = await createTestDatabase({ template: 'demo' })
  owner = new pg.Client({ connectionString: database.url })
  owner.on('error', () => undefined)
  await owner.connect()
  folder = await mkdtemp(join(tmpdir(), 'retention-'))
  env = { DATABASE_URL: database.url, GATEWAY_SECRET: SECRET, DATA_DIR: folder }
})
afterEach(async () => {
  await owner?.end()
  await database?.drop()
  await rm(folder, { recursive: true })
})

const apply = (...more: string[]): Promise<CliResult> =>
  runHere(['retention', '--apply', '--operator', 'ane', '--reason', 'a test', '--json', ...more], env)

interface Line {
  readonly model: string
  readonly due: number
  readonly held: number
  readonly waiting: number
  readonly erased?: number
  readonly waitingFor: readonly { readonly table: string; readonly rows: number }[]
}
function lineOf({ stdout }: CliResult, model: string): Line {
  const { models } = JSON.parse(stdout) as { models: readonly Line[] }
  const line = models.find((one) => one.model === model)
  if (!line) throw new Error(`no ${model} in ${stdout}`)
  return line
}

/** Written apart from src/: PostgreSQL's own calendar. */
const EXPIRED = `(t.solved_at AT TIME ZONE 'Europe/Copenhagen')::date + interval '2 years' < (now() AT TIME ZONE 'Europe/Copenhagen')::date`
const HELD = `EXISTS (SELECT FROM legal_hold h WHERE h.customer_id = t.customer_id AND (h.released_at IS NULL OR h.released_at > now()))`

async function count(sql: string): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`)
  return rows[0]?.count ?? Number.NaN
}
const dueTickets = () => count(`support_ticket t WHERE ${EXPIRED} AND NOT ${HELD}`)
const heldTickets = () => count(`support_ticket t WHERE ${EXPIRED} AND ${HELD}`)

// biome-ignore lint/suspicious/noExplicitAny: tests look into records of every shape
async function records(): Promise<readonly any[]> {
  const { rows } = await owner.query('SELECT record FROM gateway.access_record ORDER BY index')
  return rows.map(({ record }) => JSON.parse(record))
}
const recorded = async (model: string): Promise<number> =>
  (await records()).reduce((sum, { rows }) => sum + (rows[model] ?? 0), 0)

describe('listing', () => {
  test('counts what is due and what a hold keeps, by model and law, and touches nothing', async () => {
    await owner.query(
      `INSERT INTO legal_hold (customer_id, reason) SELECT t.customer_id, 'a case' FROM support_ticket t WHERE ${EXPIRED} ORDER BY 1 LIMIT 1`,
    )
    const [due, held, all] = [await dueTickets(), await heldTickets(), await count('support_ticket')]
    expect(due).toBeGreaterThan(3)
    expect(held).toBeGreaterThan(0)
    const listed = await runHere(['retention', '--json'], env)
    expect(listed.exitCode).toBe(0)
    expect(lineOf(listed, 'SupportTicket')).toMatchObject({
      due,
      held,
      law: 'GDPR Article 5(1)(e)',
      period: 'P2Y',
      action: 'DELETE',
    })
    expect(lineOf(listed, 'Invoice')).toMatchObject({ law: 'Bogføringsloven § 12' })
    const { stdout, exitCode } = await runHere(['retention'], env)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      new RegExp(
        `^SupportTicket +P2Y +DELETE +${due} +${held} +\\d{4}-\\d\\d-\\d\\d +GDPR Article 5\\(1\\)\\(e\\)$`,
        'm',
      ),
    )
    expect(await count('support_ticket')).toBe(all)
  })

  test('needs somebody to be on record before anything is erased', async () => {
    const { exitCode, stderr } = await runHere(['retention', '--apply'], env)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'purpose-gateway: `--apply` needs `--operator`: who is to be on record\n',
    })
  })
})

describe('erasing', () => {
  test('deletes what is due, children first, each batch on record; a second time nothing', async () => {
    const [due, held, all] = [await dueTickets(), await heldTickets(), await count('support_ticket')]
    const result = await apply('--batch', '3')
    expect(result.exitCode).toBe(0)
    expect(lineOf(result, 'SupportTicket')).toMatchObject({ erased: due, due: 0, held })
    expect(await count('support_ticket')).toBe(all - due)
    expect(await dueTickets()).toBe(0)
    expect(
      await count(
        'ticket_message m LEFT JOIN support_ticket t USING (ticket_number) WHERE t.ticket_number IS NULL',
      ),
    ).toBe(0)

    const log = await records()
    expect(await recorded('SupportTicket')).toBe(due)
    const [last] = log.filter(({ rows }) => rows.SupportTicket)
    expect(last).toMatchObject({
      outcome: 'granted',
      principal: { subject: 'ane', app: 'purpose-gateway retention' },
      justification: 'GDPR Article 5(1)(e): a test',
      operation: { name: 'retention DELETE SupportTicket' },
    })
    expect(last.fields['SupportTicket.subject']).toBe('DELETED')
    expect(last.subjects.length).toBeGreaterThan(0)
    for (const { rows } of log) expect(Object.values(rows).every((n) => Number(n) <= 3)).toBe(true)

    const again = await apply()
    expect(lineOf(again, 'SupportTicket')).toMatchObject({ erased: 0, due: 0 })
    expect(await records()).toHaveLength(log.length)
  })

  test('leaves what others refer to, whatever their foreign key would do, and says so', async () => {
    const { rows } = await owner.query(
      `SELECT ticket_number AS id FROM support_ticket t WHERE ${EXPIRED} AND NOT ${HELD} LIMIT 1`,
    )
    await owner.query(
      'CREATE TABLE note (id int PRIMARY KEY, ticket varchar(12) REFERENCES support_ticket ON DELETE CASCADE)',
    )
    await owner.query('INSERT INTO note VALUES (1, $1)', [rows[0]?.id])
    const result = await apply()
    expect(result.exitCode).toBe(1)
    expect(lineOf(result, 'SupportTicket')).toMatchObject({ due: 1, waiting: 1 })
    expect(lineOf(result, 'SupportTicket').waitingFor).toMatchObject([{ table: 'note', rows: 1 }])
    expect(await count('note')).toBe(1)
    await owner.query('DELETE FROM note')
    expect((await apply()).exitCode).toBe(0)
    expect(await dueTickets()).toBe(0)
  })

  test('waits for a hold that is being placed, and then keeps what it is on', async () => {
    const { rows } = await owner.query<{ id: number }>(
      `SELECT customer_id AS id FROM support_ticket t WHERE ${EXPIRED} AND NOT ${HELD} LIMIT 1`,
    )
    const customer = rows[0]?.id
    const expired = await count(`support_ticket t WHERE customer_id = ${customer} AND ${EXPIRED}`)
    const other = new pg.Client({ connectionString: database.url })
    await other.connect()
    await other.query('BEGIN')
    await other.query(`INSERT INTO legal_hold (customer_id, reason) VALUES ($1, 'a case')`, [customer])
    const running = apply()
    await waitFor(
      async () => (await count(`pg_locks WHERE NOT granted AND relation = 'legal_hold'::regclass`)) > 0,
    )
    await other.query('COMMIT')
    await other.end()
    expect((await running).exitCode).toBe(0)
    expect(await count(`support_ticket t WHERE customer_id = ${customer} AND ${EXPIRED}`)).toBe(expired)
    expect(await dueTickets()).toBe(0)
  })

  test('a hold that is yet to begin protects as well', async () => {
    await owner.query(
      `INSERT INTO legal_hold (customer_id, reason, placed_at) SELECT id, 'a case', now() + interval '1 day' FROM customer`,
    )
    const all = await count('support_ticket')
    expect((await apply()).exitCode).toBe(0)
    expect(await count('support_ticket')).toBe(all)
  })

  test('erases nothing that is not on record', async () => {
    const all = await count('ticket_message')
    await runHere(['retention'], env)
    expect((await apply('--batch', '1')).exitCode).toBe(0)
    const left = await count('ticket_message')
    expect(left).toBeLessThan(all)
    // Something new is due, and the log takes no more.
    await owner.query(
      `UPDATE support_ticket SET solved_at = now() - interval '3 years' WHERE ticket_number IN (SELECT ticket_number FROM support_ticket ORDER BY 1 DESC LIMIT 5)`,
    )
    await owner.query(`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON gateway.access_record FOR EACH ROW EXECUTE FUNCTION broken()`)
    env = { ...env, AUDIT_DEADLINE_MS: '700' }
    const { exitCode, stderr } = await apply()
    expect(exitCode).toBe(2)
    expect(stderr).toContain('what is not on record was not erased')
    expect(await count('ticket_message')).toBe(left)
  })

  test('books: credit notes before invoices, and what is not due keeps what it refers to', async () => {
    await withSchema(async (text) =>
      text.replaceAll('period: "P5Y", endOf: ACCOUNTING_YEAR', 'period: "P1Y"'),
    )
    const result = await apply()
    expect(lineOf(result, 'Invoice').erased).toBeGreaterThan(10)
    expect(lineOf(result, 'InvoiceLine').erased).toBeGreaterThan(10)
    // Whatever is left waits for an entry that is not due itself, directly or behind a payment.
    const left =
      await count(`invoice i WHERE (issued_at AT TIME ZONE 'Europe/Copenhagen')::date + interval '1 year' < (now() AT TIME ZONE 'Europe/Copenhagen')::date
      AND NOT EXISTS (SELECT FROM ledger_entry l WHERE l.invoice_id = i.id) AND NOT EXISTS (SELECT FROM payment p WHERE p.invoice_id = i.id)
      AND NOT EXISTS (SELECT FROM invoice n WHERE n.credit_note_of_id = i.id)
      AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.customer_id = i.customer_id AND h.released_at IS NULL)`)
    expect(left).toBe(0)
  })
})

describe('anonymising', () => {
  test('empties what is personal, keeps the row, is done once, and the row stays unserved', async () => {
    await withSchema(async (text) =>
      text.replaceAll('openEnded: true, law:', 'openEnded: true, action: ANONYMISE, law:'),
    )
    const [due, all] = [await dueTickets(), await count('support_ticket')]
    const result = await apply('--batch', '4')
    expect(result.exitCode).toBe(0)
    expect(lineOf(result, 'SupportTicket')).toMatchObject({ erased: due, due: 0 })
    expect(await count('support_ticket')).toBe(all)
    expect(await count(`support_ticket t WHERE ${EXPIRED} AND NOT ${HELD} AND subject <> ''`)).toBe(0)
    expect(await count(`support_ticket t WHERE subject = ''`)).toBe(due)
    const log = await records()
    expect(log.find(({ rows }) => rows.SupportTicket)?.fields).toEqual({ 'SupportTicket.subject': 'EMPTIED' })
    expect(lineOf(await apply(), 'SupportTicket')).toMatchObject({ erased: 0 })
    expect(await records()).toHaveLength(log.length)

    const gateway = await startTestGateway({
      databaseUrl: database.url,
      env: { GATEWAY_SECRET: SECRET, SCHEMA_DIR: env.SCHEMA_DIR ?? '' },
    })
    const answer = await gateway.ask(
      { roles: ['SUPPORT_AGENT'], purposes: ['SUPPORT'] },
      { query: '{ supportTickets(where: { subject: { equals: "" } }) { totalCount } }', purpose: 'SUPPORT' },
    )
    await gateway.close()
    expect(answer.body.data.supportTickets.totalCount).toBe(0)
  })
})

describe('killed in the middle', () => {
  test('everything that is gone is on record, and the next run does the rest', {
    timeout: 60_000,
  }, async () => {
    const due = await dueTickets()
    const messages = await count(
      `ticket_message m JOIN support_ticket t USING (ticket_number) WHERE ${EXPIRED} AND NOT ${HELD}`,
    )
    const before = await count('ticket_message')
    for (const after of [1, 4]) {
      const child = start('--batch', '1')
      await lines(child, after)
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      // The server notices that nobody is there any more.
      await waitFor(
        async () =>
          (await count(
            `pg_stat_activity WHERE application_name = 'purpose-gateway start' AND datname = current_database()`,
          )) === 0,
      )
      const gone = before - (await count('ticket_message'))
      expect(gone).toBeGreaterThan(0)
      expect(gone).toBeLessThan(messages)
      const onRecord = await recorded('TicketMessage')
      expect(onRecord).toBeGreaterThanOrEqual(gone)
      expect(onRecord).toBeLessThanOrEqual(gone + 2)
    }
    expect((await apply()).exitCode).toBe(0)
    expect(before - (await count('ticket_message'))).toBe(messages)
    expect(await dueTickets()).toBe(0)
    expect(await recorded('SupportTicket')).toBe(due)
  })
})

/** Another policy: the demo's, each file changed. */
async function withSchema(change: (text: string) => Promise<string>): Promise<void> {
  const schema = join(folder, 'schema')
  await cp('schema', schema, { recursive: true })
  for (const file of ['support.graphql', 'billing.graphql', 'bookkeeping.graphql']) {
    const path = join(schema, file)
    await writeFile(path, await change(await readFile(path, 'utf8')))
  }
  env = { ...env, SCHEMA_DIR: schema }
}

function start(...more: string[]): ChildProcess {
  const { PATH = '', HOME = '' } = process.env
  const args = ['src/setup.mjs', 'src/cli/main.ts', 'retention', '--apply', '--operator', 'ane', ...more]
  return spawn(process.execPath, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Resolves after so many lines of progress. */
function lines(child: ChildProcess, wanted: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('close', () => reject(new Error(`ended early: ${text}`)))
    child.stderr?.on('data', (chunk) => {
      text += String(chunk)
      if ((text.match(/deleted/g) ?? []).length >= wanted) resolve()
    })
  })
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await condition()) return
    await delay(25)
  }
  throw new Error('waited in vain')
}
