import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessOf } from './accesses.ts'
import { createLogDatabase, type LogDatabase } from './log-database.ts'

let database: LogDatabase
let auditor: pg.Pool
beforeAll(async () => {
  database = await createLogDatabase()
  const log = database.open()
  await Promise.all([1, 2, 3].map(() => log.append(accessOf())))
  const text = 'a policy'
  await log.registerPolicy(createHash('sha256').update(text).digest('hex'), text)
  auditor = new pg.Pool({ connectionString: database.auditorUrl, max: 1 })
})
afterAll(async () => {
  await auditor.end()
  await database.drop()
})

const CHANGES = [
  `UPDATE gateway.access_record SET record = '{}'`,
  'UPDATE gateway.access_record SET index = 99 WHERE index = 1',
  'DELETE FROM gateway.access_record WHERE index = 2',
  'TRUNCATE gateway.access_record',
  `UPDATE gateway.policy_version SET text = 'another'`,
  'DELETE FROM gateway.policy_version',
  'TRUNCATE gateway.policy_version',
  'DELETE FROM gateway.log_head',
  'TRUNCATE gateway.log_head',
  'INSERT INTO gateway.log_head (single) VALUES (true)',
  'UPDATE gateway.tree_node SET index = index',
  'DELETE FROM gateway.tree_node',
  'TRUNCATE gateway.tree_node',
  'UPDATE gateway.checkpoint SET size = size',
  'DELETE FROM gateway.checkpoint',
  'TRUNCATE gateway.checkpoint',
  'UPDATE gateway.log_origin SET origin = origin',
  'DELETE FROM gateway.log_origin',
  'TRUNCATE gateway.log_origin CASCADE',
  'UPDATE gateway.log_pruned SET before = before',
  'DELETE FROM gateway.log_pruned',
  'TRUNCATE gateway.log_pruned',
]

const contents = async () => {
  const head = await database.owner.query('SELECT * FROM gateway.log_head')
  const policies = await database.owner.query('SELECT * FROM gateway.policy_version')
  return [await database.rows(), head.rows, policies.rows]
}

describe.each([
  ['the auditor', () => auditor, /permission denied|append-only/],
  ['the owner', () => database.owner, /append-only/],
])('%s', (_, pool, reason) => {
  it.each(CHANGES)('cannot: %s', async (sql) => {
    const before = await contents()
    await expect(pool().query(sql)).rejects.toThrow(reason)
    expect(await contents()).toEqual(before)
  })

  it.each([
    [
      'shrink the head',
      'may only grow',
      'UPDATE gateway.log_head SET size = size - 1, frontier = substring(frontier FOR 32)',
    ],
    [
      'grow the head over nothing',
      'may only grow',
      'UPDATE gateway.log_head SET size = size + 1, frontier = substring(frontier FOR 32)',
    ],
    [
      'grow the head by more than was inserted',
      'may only grow',
      `UPDATE gateway.log_head SET size = size + 2; ${insert('size - 2')}`,
    ],
    ['insert beyond the head', 'beyond the head', insert('size')],
    ['insert far beyond the head', 'beyond the head', insert('size + 1000')],
    ['insert before the beginning', 'index_not_negative', insert('-1')],
    ['insert an index twice', 'access_record_pkey', insert('1')],
    [
      'leave out a root',
      'frontier_length',
      'UPDATE gateway.log_head SET frontier = substring(frontier FOR 32)',
    ],
    [
      'keep a node over leaves that are not there',
      'beyond the head',
      `INSERT INTO gateway.tree_node VALUES (1, 8, 0, sha256(''), decode(repeat('00', 8192), 'hex'))`,
    ],
    [
      'begin an origin over a log that is not signed',
      'an origin ends with a checkpoint',
      `UPDATE gateway.log_head SET origin = 2, first_index = size, frontier = ''`,
    ],
    [
      'name an origin that is not the current one',
      'not the current one',
      `INSERT INTO gateway.log_origin VALUES (7, 'another', 'key', 0)`,
    ],
    [
      'keep a checkpoint beyond the head',
      'does not fit the log',
      `INSERT INTO gateway.checkpoint VALUES (1, 9, sha256(''), '')`,
    ],
  ])('cannot %s', async (_name, reason, sql) => {
    const before = await contents()
    await expect(pool().query(sql)).rejects.toThrow(reason)
    expect(await contents()).toEqual(before)
  })
})

function insert(index: string): string {
  return `INSERT INTO gateway.access_record (index, record, at, outcome)
    SELECT ${index}, '{}', now(), 'granted' FROM gateway.log_head`
}

describe('the auditor', () => {
  it('holds what was granted and nothing else in the database', async () => {
    const { rows } = await auditor.query(`
      SELECT c.relname || ' ' || p.privilege AS granted
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) AS p(privilege)
      WHERE n.nspname = 'gateway' AND c.relkind = 'r' AND has_table_privilege(c.oid, p.privilege) ORDER BY 1`)
    expect(rows.map((row) => row.granted)).toEqual([
      'access_record INSERT',
      'access_record SELECT',
      'aggregate_budget DELETE',
      'aggregate_budget INSERT',
      'aggregate_budget SELECT',
      'aggregate_budget UPDATE',
      'break_glass_review SELECT',
      'break_glass_use INSERT',
      'break_glass_use SELECT',
      'checkpoint INSERT',
      'checkpoint SELECT',
      'log_head SELECT',
      'log_head UPDATE',
      'log_origin INSERT',
      'log_origin SELECT',
      'log_pruned SELECT',
      'policy_version INSERT',
      'policy_version SELECT',
      'subject_salt DELETE',
      'subject_salt INSERT',
      'subject_salt SELECT',
      'tree_node INSERT',
      'tree_node SELECT',
    ])
  })
})
