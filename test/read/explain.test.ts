import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedDemo } from '../../prisma/seed/seed.ts'
import { applyMigrations } from '../../src/database/migrations.ts'
import { runPlanned } from '../../src/database/planned-query.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { boundStatements, cursorAt, type Request, type StatementsOf } from './bound-statements.ts'
import { planOf, type Walk, walksOf } from './walks.ts'

/** The golden cases of `test/operation-cases.test.ts`, on a database in which an index pays. */
const CASES = join(PACKAGE_ROOT, 'test', 'cases', 'operations')
const CUSTOMERS = 1_000

const GROUPS = 'figures are about every row that matches, and no filter of the case has an index'
const HIDDEN_ORDER = 'the purpose may not see the order of keys; every row is sorted by a keyed hash'

/**
 * Cases whose statements walk through a table, and why no index can serve them. Whatever is not here is read by index alone;
 * and nothing at all is read from end to end more than once in a statement.
 */
const WHOLE_TABLES: Readonly<Record<string, { readonly tables: readonly string[]; readonly why: string }>> = {
  'aggregate-for-those-who-see-rows': { tables: ['invoice'], why: GROUPS },
  'aggregate-pruned': { tables: ['invoice'], why: GROUPS },
  'groups-by-year-and-through-a-relation': { tables: ['customer', 'subscription'], why: GROUPS },
  'groups-of-one-are-left-out': { tables: ['customer'], why: GROUPS },
  'groups-with-a-remainder': { tables: ['customer'], why: GROUPS },
  'form-decade': { tables: ['contact'], why: HIDDEN_ORDER },
  'form-month': { tables: ['subscription'], why: HIDDEN_ORDER },
  'form-postcode-area': { tables: ['customer'], why: HIDDEN_ORDER },
  'form-redacted': { tables: ['support_ticket'], why: HIDDEN_ORDER },
  'form-rounded': { tables: ['customer'], why: HIDDEN_ORDER },
  'masked-for-analysts': { tables: ['customer'], why: HIDDEN_ORDER },
  'rows-with-consent': {
    tables: ['consent', 'customer'],
    why: `${HIDDEN_ORDER}, and all are counted`,
  },
  'rows-without-objection': {
    tables: ['invoice', 'invoice_line'],
    why: `${HIDDEN_ORDER}, and all are counted`,
  },
  'composite-key-and-enum-labels': {
    tables: ['support_ticket'],
    why: 'no index of the demo begins with what it is ordered by (`check --indexes` says so)',
  },
  'filter-through-a-relation': {
    tables: ['contact', 'customer'],
    why: 'text is compared without regard to case, and all are counted',
  },
  'rows-by-a-claim': {
    tables: ['invoice'],
    why: 'of the first row by key: along the key until it is met seems as cheap as sorting the rows of the customer; an index on both would serve',
  },
  'page-by-cursor': { tables: ['invoice'], why: 'all invoices of more than an amount are counted' },
}

let database: TestDatabase
let client: pg.Client
let statementsOf: StatementsOf

beforeAll(async () => {
  database = await createTestDatabase()
  client = await connect()
  await applyMigrations(client, join(PACKAGE_ROOT, 'prisma', 'migrations'), { schema: 'public' })
  await seedDemo(client, { customers: CUSTOMERS, onProgress: () => {} })
  await client.query('VACUUM ANALYZE')
  statementsOf = await boundStatements()
}, 120_000)

async function connect(): Promise<pg.Client> {
  const opened = new pg.Client({ connectionString: database.url })
  await opened.connect()
  // As the gateway's own role has it; and one process, so that what it did is counted once.
  await opened.query('SET jit = off; SET max_parallel_workers_per_gather = 0')
  return opened
}

afterAll(async () => {
  await client?.end()
  await database?.drop()
})

/** Refused before anything is bound. */
const names = (await readdir(CASES)).filter((name) => name !== 'own-rows-without-a-data-subject').sort()

const MODES = ['force_custom_plan', 'force_generic_plan'] as const

test.each(names)('%s reads by index what an index can find', async (name) => {
  const query = await readFile(join(CASES, name, 'operation.graphql'), 'utf8')
  const request = JSON.parse(await readFile(join(CASES, name, 'request.json'), 'utf8')) as Request
  const walks: Walk[] = []
  for (const statement of statementsOf(query, request))
    for (const mode of MODES) walks.push(...(await walksOf(client, statement, mode)))
  expect(walks.filter(({ whole, loops }) => whole && loops > 1)).toEqual([])
  const tables = [...new Set(walks.map(({ table }) => table))].sort()
  expect(tables).toEqual(WHOLE_TABLES[name]?.tables ?? [])
})

test('a page from among many that are level in a mixed order is found by index', async () => {
  await client.query('BEGIN')
  try {
    // As after years of business: thousands were due on one day.
    await client.query(`UPDATE invoice SET due_on = '2026-01-31' WHERE status = 'paid'`)
    const { rows } = await client.query<{ ids: string[] }>(
      `SELECT array_agg(id::text ORDER BY id) AS ids FROM invoice WHERE status = 'paid'`,
    )
    const ids = rows[0]?.ids ?? []
    expect(ids.length).toBeGreaterThan(5_000)
    const middle = Math.floor(ids.length / 2)
    const query = `query ($after: String) {
      invoices(first: 20, after: $after, where: { status: { equals: PAID } }, orderBy: [{ dueOn: DESC }]) { nodes { id } }
    }`
    const after = cursorAt(['2026-01-31', ids[middle] ?? ''], 'BILLING', 'Invoice:due_on-,id+')
    const [statement] = statementsOf(query, { purpose: 'BILLING', variables: { after } })
    if (statement === undefined) throw new Error('one statement')
    for (const mode of MODES) expect(await walksOf(client, statement, mode)).toEqual([])
    const answer = await client.query<{ j: string }>(statement.text, [...statement.values])
    const { nodes } = JSON.parse(answer.rows[0]?.j ?? '{}') as { nodes: { id: string }[] }
    expect(nodes.map(({ id }) => id)).toEqual(ids.slice(middle + 1, middle + 21))
  } finally {
    await client.query('ROLLBACK')
  }
})

test('a page that is in order is not sorted again for what hangs on its rows', async () => {
  const query = `{
    invoices(first: 20, where: { status: { equals: PAID } }, orderBy: [{ dueOn: DESC }]) {
      nodes { id customer { id contacts(first: 2) { nodes { id } } } }
    }
  }`
  const [statement] = statementsOf(query, { purpose: 'BILLING' })
  if (statement === undefined) throw new Error('one statement')
  const plan = await planOf(client, statement, 'force_generic_plan')
  const ordering = plan.map((node) => node['Node Type']).filter((type) => /Sort|Window/.test(type))
  // The contacts of a customer: no index has them in order.
  expect(ordering).toEqual(['Sort'])
})

/** How often the server used a plan for all values, in twenty executions on one connection. */
async function plannedForAll({ text, values, planOnce }: ReturnType<StatementsOf>[number]): Promise<number> {
  const session = await connect()
  try {
    for (let i = 0; i < 20; i++) await runPlanned(session, { name: 'asked', text, values, planOnce })
    const { rows } = await session.query<{ plans: number }>(
      `SELECT generic_plans::int AS plans FROM pg_prepared_statements WHERE name = 'asked'`,
    )
    return rows[0]?.plans ?? Number.NaN
  } finally {
    await session.end()
  }
}

function listOf(args: string, variables: Request['variables'] = {}) {
  const query = `query ($first: Int, $after: String, $status: InvoiceStatus, $number: Int) {
    invoices(${args}) { nodes { id number customer { id name } } pageInfo { hasNextPage } }
  }`
  const [statement] = statementsOf(query, { purpose: 'BILLING', variables })
  if (statement === undefined) throw new Error('one statement')
  return statement
}

const BY_DUE_DATE = 'orderBy: [{ dueOn: DESC }]'
const AFTER = { after: cursorAt(['2026-01-31', '4711'], 'BILLING', 'Invoice:due_on-,id+') }

test.each([
  ['first', 'first: 30', {}],
  ['the default', 'where: {}', {}],
  ['a status', 'first: 30, where: { status: { equals: PAID } }', {}],
  ['a status in a variable', 'first: 30, where: { status: { equals: $status } }', { status: 'PAID' }],
  ['a size in a variable', 'first: $first', { first: 30 }],
  ['a place', `first: 30, after: $after, ${BY_DUE_DATE}`, AFTER],
  [
    'a place among those of a status',
    `after: $after, where: { status: { not: PAID } }, ${BY_DUE_DATE}`,
    AFTER,
  ],
])(
  'a list is planned once for all requests where what is asked is known but for %s',
  async (_, args, variables) => {
    const statement = listOf(args, variables)
    expect(statement.planOnce).toBe(true)
    expect(statement.text).not.toMatch(/LIMIT \$/)
    expect(await plannedForAll(statement)).toBe(20)
  },
)

test.each([
  ['a client filters', 'first: 30, where: { number: { gte: $number } }', { number: 1 }],
  ['a client filters in the document', 'first: 30, where: { number: { gte: 1 } }', {}],
  ['a client filters by a list', 'first: 30, where: { status: { in: [PAID] } }', {}],
  ['a client filters by a text', 'where: { customer: { is: { name: { startsWith: "A" } } } }', {}],
])('a list is planned for what is asked where %s', async (_, args, variables) => {
  const statement = listOf(args, variables)
  expect(statement.planOnce).toBe(false)
  expect(statement.text).toMatch(/LIMIT \$\d+::integer/)
  expect(await plannedForAll(statement)).toBeLessThanOrEqual(15)
})

test('what a client filters by is a label in the text, and none in what is shown', () => {
  for (const [args, variables] of [
    ['where: { status: { equals: $status } }', { status: 'CREDITED' }],
    ['where: { NOT: { status: { not: CREDITED } } }', {}],
  ] as const) {
    const { text, shown, values } = listOf(args, variables)
    expect(text).toContain(`'credited'::"invoice_status"`)
    expect(values).not.toContain('credited')
    expect(shown).toContain('?::"invoice_status"')
    expect(shown).toBe(text.replace('\'credited\'::"invoice_status"', '?::"invoice_status"'))
  }
})
