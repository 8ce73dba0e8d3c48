import type pg from 'pg'
import type { Access, AccessLog } from '../audit/access.ts'
import { tableSql } from '../read/sql-writer.ts'
import type { Referred } from './children-first.ts'
import { eraseSql, pickSql } from './due-sql.ts'

export interface EraseOptions {
  /** As the owner of the tables, used by nobody else meanwhile. */
  readonly client: pg.Client
  readonly log: AccessLog
  readonly policyHash: string
  /** Who runs the command. */
  readonly operator: string
  readonly reason: string | undefined
  readonly batchSize: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How long others may keep a lock that a batch needs. */
const LOCK_TIMEOUT = '5s'

/**
 * Deletes or anonymises the next rows of a model: in one transaction, the record before its commit. Order is the protocol:
 *
 * 1. Holds cannot be placed or changed from here on, and one that is being placed is waited for.
 * 2. The rows are locked: nothing can come to refer to them.
 * 3. One statement, with a view of the database from after both locks, deletes what is still due, under no hold and referred
 *    to by nothing. A crash up to here leaves everything as it was.
 * 4. The record is durable. A crash from here on leaves a record of an erasure that did not happen: one too many, never one
 *    too few. The next run finds the rows again.
 * 5. The commit.
 *
 * @returns the number of rows; 0: there is nothing left that can go
 * @throws the database's error, or AuditUnavailable; nothing is erased then
 */
export async function eraseBatch(options: EraseOptions, of: Referred): Promise<number> {
  const { client, log, batchSize } = options
  const now = options.now()
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`)
    if (of.holds) await client.query(`LOCK TABLE ${tableSql(of.holds.table)} IN SHARE MODE`)
    const keys = await pick(client, of, now, batchSize)
    const subjects = keys[0]?.length ? await erase(client, of, now, keys) : []
    if (subjects.length > 0) await log.append(accessOf(options, of, now, subjects))
    await client.query(subjects.length > 0 ? 'COMMIT' : 'ROLLBACK')
    return subjects.length
  } catch (error) {
    // The connection itself may be what failed; the server then rolls back on its own.
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function pick(client: pg.Client, of: Referred, now: number, limit: number): Promise<string[][]> {
  const { text, values } = pickSql(of, now, limit)
  const { rows } = await client.query<string[]>({ text, values: [...values], rowMode: 'array' })
  return of.model.key.map((_, i) => rows.map((row) => row[i] ?? ''))
}

/** The subject of each row that went. */
async function erase(
  client: pg.Client,
  of: Referred,
  now: number,
  keys: readonly (readonly string[])[],
): Promise<readonly (string | null)[]> {
  const { text, values } = eraseSql(of, now, keys)
  const { rows } = await client.query<{ subject: string | null }>(text, [...values])
  return rows.map(({ subject }) => subject)
}

function accessOf(
  { operator, reason, policyHash }: EraseOptions,
  { model, retention }: Referred,
  now: number,
  subjects: readonly (string | null)[],
): Access {
  const emptied = retention.emptied && new Set(retention.emptied.map(({ field }) => field))
  const form = emptied ? 'EMPTIED' : 'DELETED'
  const fields = [...model.fields.values()].filter(
    (field) => field.kind === 'scalar' && (!emptied || emptied.has(field.name)),
  )
  const keys = new Set(subjects.filter((subject) => subject !== null))
  return {
    at: now,
    outcome: 'granted',
    principal: { subject: operator, app: APP, roles: [] },
    purpose: undefined,
    basis: undefined,
    justification: [retention.law, ...(reason === undefined ? [] : [reason])].join(': '),
    operation: { name: `retention ${emptied ? 'ANONYMISE' : 'DELETE'} ${model.name}`, hash: undefined },
    fields: Object.fromEntries(fields.map(({ coordinate }) => [coordinate, form])),
    blocked: {},
    rows: { [model.name]: subjects.length },
    subjects: model.subject ? [...keys].map((key) => ({ model: model.subject?.model ?? '', key })) : [],
    policy: policyHash,
    response: undefined,
    trace: undefined,
  }
}

const APP = 'purpose-gateway retention'
