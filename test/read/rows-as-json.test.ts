import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toJsonOf } from '../../src/read/statement.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { boundStatements, type StatementsOf } from './bound-statements.ts'

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

/** What a statement for many rows answers, while the names of these customers are null. */
async function answerWithout(customers: readonly number[], query: string): Promise<unknown> {
  const [statement] = statementsOf(query, { purpose: 'BILLING' })
  if (statement === undefined) throw new Error('one statement')
  await client.query('BEGIN')
  try {
    await client.query('ALTER TABLE customer ALTER COLUMN name DROP NOT NULL')
    await client.query('UPDATE customer SET name = NULL WHERE id = ANY ($1)', [customers])
    const { rows } = await client.query<{ j: string }>(statement.text, [...statement.values])
    return JSON.parse(rows[0]?.j ?? 'null')
  } finally {
    await client.query('ROLLBACK')
  }
}

const namesOf = (ids: readonly number[], without: readonly number[], names: ReadonlyMap<number, string>) =>
  ids.map((id) => ({ id: String(id), name: without.includes(id) ? null : names.get(id) }))

async function customerNames(): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ id: number; name: string }>(
    'SELECT id, name FROM customer ORDER BY id',
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

test('a null where the data model promises a value is a null in the answer, and no row is lost', async () => {
  const names = await customerNames()
  const ids = [...names.keys()].slice(0, 20)
  const without = ids.slice(3, 5)
  const query = '{ customers(first: 20) { nodes { id name } } }'
  expect(await answerWithout(without, query)).toEqual({ nodes: namesOf(ids, without, names) })
})

test('the same in what hangs on the rows', async () => {
  const names = await customerNames()
  const { rows } = await client.query<{ id: number; customer_id: number }>(
    'SELECT id, customer_id FROM invoice ORDER BY id LIMIT 20',
  )
  const without = [rows[1]?.customer_id ?? 0]
  const query = '{ invoices(first: 20) { edges { node { id customer { id name } } } } }'
  expect(await answerWithout(without, query)).toEqual({
    edges: rows.map(({ id, customer_id }) => ({
      node: { id: String(id), customer: namesOf([customer_id], without, names)[0] },
    })),
  })
})

test('servers that know JSON_SCALAR and servers that do not are asked for the same bytes', async () => {
  expect([toJsonOf(160_010), toJsonOf(170_000)]).toEqual(['to_json', 'JSON_SCALAR'])
  const query = `{
    customers(first: 20) {
      nodes { id cvr name address postcode invoices(first: 3) { nodes { dueOn currency lines(first: 2) { nodes { description } } } } }
    }
  }`
  await client.query('BEGIN')
  try {
    await client.query(`UPDATE customer SET name = E'a"b\\\\c\\n\\u0001\\u2028ø😀' || id`)
    const answers = []
    for (const toJson of ['to_json', 'JSON_SCALAR'] as const) {
      const [statement] = (await boundStatements(toJson))(query, { purpose: 'BILLING' })
      if (statement === undefined) throw new Error('one statement')
      expect(statement.text).toContain(`${toJson}(t0."name")`)
      const { rows } = await client.query({
        text: statement.text,
        values: [...statement.values],
        rowMode: 'array',
      })
      answers.push(rows)
    }
    expect(answers[1]).toEqual(answers[0])
    expect(JSON.stringify(answers[0])).toContain('\\\\u0001')
  } finally {
    await client.query('ROLLBACK')
  }
})
