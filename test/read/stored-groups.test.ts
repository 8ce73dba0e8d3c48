import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { boundStatements, type StatementsOf } from './bound-statements.ts'

// Rows are grouped by what is stored before the text of a key is made, and what makes the same text is one group then.
let database: TestDatabase
let client: pg.Client
let statementsOf: StatementsOf

beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  statementsOf = await boundStatements()
})

afterAll(async () => {
  await client?.end()
  await database?.drop()
})

interface Answer {
  readonly groups: readonly { readonly key: Readonly<Record<string, unknown>>; readonly count: number }[]
  /** Whom each small group is about, in no order. */
  readonly subjects: readonly (readonly string[])[]
}

/** What a statement answers in a database that was changed by others. */
async function answerAfter(changes: readonly string[], query: string): Promise<Answer> {
  const [statement] = statementsOf(query, { purpose: 'BILLING' })
  if (statement === undefined) throw new Error('one statement')
  await client.query('BEGIN')
  try {
    for (const change of changes) await client.query(change)
    const { rows } = await client.query({
      text: statement.text,
      values: [...statement.values],
      rowMode: 'array',
    })
    const [json, , subjects] = rows[0] as [string, string, string | null]
    return { groups: JSON.parse(json), subjects: JSON.parse(subjects ?? '[]') }
  } finally {
    await client.query('ROLLBACK')
  }
}

const BY_STATUS = '{ invoicesAggregate(groupBy: [status]) { key { status } count sum { total } } }'

test('labels that the data model does not know are one group with null, each data subject in it once', async () => {
  const { groups, subjects } = await answerAfter(
    [
      'ALTER TABLE invoice ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status DROP NOT NULL',
      'ALTER TABLE invoice ALTER COLUMN status TYPE text USING status::text',
      `UPDATE invoice SET status = 'issued', issued_at = now(), total_amount = 1`,
      `UPDATE invoice SET status = (ARRAY['torn', 'lost', NULL])[1 + id % 3] WHERE customer_id <= 6`,
    ],
    BY_STATUS,
  )
  const { rows } = await client.query<{ few: number; many: number; labels: number }>(
    `SELECT (count(*) FILTER (WHERE customer_id <= 6))::int AS few, (count(*) FILTER (WHERE customer_id > 6))::int AS many,
       count(DISTINCT (customer_id, id % 3)) FILTER (WHERE customer_id <= 6)::int AS labels FROM invoice`,
  )
  const [stored] = rows
  expect(stored?.labels).toBeGreaterThan(10)
  expect(groups).toEqual([
    {
      key: { status: 'ISSUED' },
      count: stored?.many,
      sum: { total: expect.stringMatching(`^${stored?.many}\\b`) },
    },
    {
      key: { status: null },
      count: stored?.few,
      sum: { total: expect.stringMatching(`^${stored?.few}\\b`) },
    },
  ])
  expect(subjects.map((names) => names.toSorted())).toEqual([['1', '2', '3', '4', '5', '6']])
})

test('texts that a collation takes for equal are different keys', async () => {
  const { groups } = await answerAfter(
    [
      `CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
      'ALTER TABLE invoice ALTER COLUMN currency_code TYPE text COLLATE any_case',
      `UPDATE invoice SET issued_at = now(), currency_code = CASE WHEN id % 3 = 0 THEN 'DKK' ELSE 'dkk' END`,
    ],
    '{ invoicesAggregate(groupBy: [currency]) { key { currency } count } }',
  )
  const [third, others] = await countsBy('id % 3 <> 0')
  expect(groups).toEqual([
    { key: { currency: 'DKK' }, count: third },
    { key: { currency: 'dkk' }, count: others },
  ])
})

test('numbers that are equal and written in two ways are different keys', async () => {
  const { groups } = await answerAfter(
    [
      'ALTER TABLE invoice ALTER COLUMN total_amount TYPE numeric',
      'UPDATE invoice SET issued_at = now(), total_amount = CASE WHEN id % 3 = 0 THEN 1.0 ELSE 1.00 END',
    ],
    '{ invoicesAggregate(groupBy: [total]) { key { total } count } }',
  )
  const [third, others] = await countsBy('id % 3 <> 0')
  expect(groups).toEqual([
    { key: { total: '1.0' }, count: third },
    { key: { total: '1.00' }, count: others },
  ])
})

/** Of the invoices as they were: those for which it is false, then those for which it is true. */
async function countsBy(condition: string): Promise<readonly (number | undefined)[]> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int FROM invoice GROUP BY ${condition} ORDER BY ${condition}`,
  )
  return rows.map(({ count }) => count)
}

test('no rows are no groups, and without keys one of none', async () => {
  // Past their retention.
  const none = [`UPDATE invoice SET issued_at = '2000-01-01'`]
  expect((await answerAfter(none, BY_STATUS)).groups).toEqual([])
  expect((await answerAfter(none, '{ invoicesAggregate { count sum { total } } }')).groups).toEqual([
    { count: 0, sum: { total: null } },
  ])
})
