import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isChecksumOf, type Migration, readMigrations } from './migration-folder.ts'

/** The database cannot be brought up to date; the message names the migration and what to do, and quotes no data. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

export interface MigrationOptions {
  /** The PostgreSQL schema that holds Prisma's own table, and in which unqualified names of a script are made. */
  readonly schema: string
  /** Told of what is odd but no reason to stop. */
  readonly note?: (message: string) => void
  /** How long to wait for another process that is migrating, and for tables that others use; 60 s each unless given. */
  readonly lockTimeoutMs?: number
}

const PATIENCE_MS = 60_000
/**
 * Whoever waits to change a table keeps everybody away who comes after. So a migration waits for it no longer than gateways that
 * serve can wait for their log, and lets them go on before it tries again.
 */
const TABLE_LOCK_MS = 500
const TRY_AGAIN_MS = 1_500

/** The key of the advisory lock that Prisma's own engine takes, so that both exclude each other. */
const PRISMA_LOCK = 72_707_369

/**
 * Applies what is missing of a folder of Prisma migrations, and records it where and how `prisma migrate deploy` does.
 * Any number of processes may call this at once: one works, the others wait and find nothing to do.
 *
 * A migration and its record are one transaction, so a crash or an error at any point leaves the database as it was
 * before that migration and the next start tries again. A script that PostgreSQL refuses inside a transaction (such as
 * `CREATE INDEX CONCURRENTLY`), or that commits by itself, cannot have that promise: there a record without `finished_at`
 * stays behind and is refused until somebody has looked (`prisma migrate resolve`).
 *
 * @param client a direct connection of the owner, not through a pooler in transaction mode (the lock is the session's)
 * @returns names of what was applied now
 * @throws MigrationRefused
 */
export async function applyMigrations(
  client: pg.Client,
  folder: string,
  options: MigrationOptions,
): Promise<readonly string[]> {
  const migrations = await readMigrations(folder)
  const patienceMs = options.lockTimeoutMs ?? PATIENCE_MS
  await lock(client, patienceMs)
  try {
    const table = await prepareTable(client, options.schema)
    const pending = await pendingOf(client, table, migrations, options.note ?? (() => undefined))
    for (const migration of pending) await applyInTime(client, table, options.schema, migration, patienceMs)
    return pending.map(({ name }) => name)
  } finally {
    // Where the connection is lost, the server has already let go of everything.
    await client.query(`RESET ALL; SELECT pg_advisory_unlock(${PRISMA_LOCK})`).catch(() => undefined)
  }
}

async function lock(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query(`SET statement_timeout = 0; SET lock_timeout = ${Math.trunc(timeoutMs)}`)
  try {
    await client.query(`SELECT pg_advisory_lock(${PRISMA_LOCK})`)
  } catch (error) {
    if (sqlStateOf(error) !== '55P03') throw error
    throw new MigrationRefused('another process holds the migration lock; try again when it has finished')
  } finally {
    await client.query('SET lock_timeout = 0')
  }
}

/** Makes the schema and Prisma's table where they are missing. The definition is Prisma's, column for column. */
async function prepareTable(client: pg.Client, schema: string): Promise<string> {
  const table = `${pg.escapeIdentifier(schema)}._prisma_migrations`
  const found = await client.query<{ schema: boolean; table: boolean }>(
    `SELECT to_regnamespace($1) IS NOT NULL AS schema, to_regclass($2) IS NOT NULL AS table`,
    [pg.escapeIdentifier(schema), table],
  )
  // Asked first, because `IF NOT EXISTS` wants the right to create even where there is nothing to do.
  if (found.rows[0]?.schema !== true)
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
  if (found.rows[0]?.table !== true)
    await client.query(`CREATE TABLE ${table} (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`)
  return table
}

interface Recorded {
  readonly migration_name: string
  readonly checksum: string
  readonly finished: boolean
}

async function pendingOf(
  client: pg.Client,
  table: string,
  migrations: readonly Migration[],
  note: (message: string) => void,
): Promise<readonly Migration[]> {
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM ${table} WHERE rolled_back_at IS NULL ORDER BY started_at`,
  )
  const unfinished = rows.find((row) => !row.finished)
  if (unfinished !== undefined)
    throw new MigrationRefused(
      `migration \`${unfinished.migration_name}\` was started and did not finish; repair what it left, then run \`prisma migrate resolve\``,
    )
  const recorded = new Map(rows.map((row) => [row.migration_name, row.checksum]))
  for (const { name, script } of migrations) {
    const checksum = recorded.get(name)
    if (checksum !== undefined && !isChecksumOf(script, checksum))
      throw new MigrationRefused(
        `migration \`${name}\` was edited after it had been applied; restore it and put the change into a new migration`,
      )
  }
  const known = new Set(migrations.map(({ name }) => name))
  for (const name of recorded.keys())
    if (!known.has(name)) note(`the database has migration \`${name}\`, which this version does not know`)
  return migrations.filter(({ name }) => !recorded.has(name))
}

async function applyInTime(
  client: pg.Client,
  table: string,
  schema: string,
  migration: Migration,
  patienceMs: number,
): Promise<void> {
  const until = performance.now() + patienceMs
  while (!(await apply(client, table, schema, migration))) {
    if (performance.now() >= until)
      throw new MigrationRefused(
        `migration \`${migration.name}\` changes a table that another session uses, for example \`audit verify\` or a backup; nothing was changed, try again when it has ended`,
      )
    await delay(TRY_AGAIN_MS)
  }
}

/** False: a table that it changes is in use, and nothing was done. */
async function apply(
  client: pg.Client,
  table: string,
  schema: string,
  migration: Migration,
): Promise<boolean> {
  const id = randomUUID()
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${TABLE_LOCK_MS}`)
    await run(client, table, schema, migration, id)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    const { rowCount } = await client.query(`SELECT FROM ${table} WHERE id = $1`, [id])
    if (sqlStateOf(error) === '55P03' && rowCount === 0) return false
    // 25001: the script has a command that refuses a transaction, and nothing of it has happened yet.
    if (sqlStateOf(error) === '25001' && rowCount === 0)
      await applyInTheOpen(client, table, schema, migration, id)
    else {
      if (rowCount !== 0) await recordFailure(client, table, id, error)
      throw refusalOf(migration, error)
    }
  }
  return true
}

/** As Prisma does it: the record is written first, so that a crash in the middle is seen by the next start. */
async function applyInTheOpen(
  client: pg.Client,
  table: string,
  schema: string,
  migration: Migration,
  id: string,
): Promise<void> {
  try {
    await run(client, table, schema, migration, id)
  } catch (error) {
    await recordFailure(client, table, id, error)
    throw refusalOf(migration, error)
  }
}

async function run(
  client: pg.Client,
  table: string,
  schema: string,
  { name, script, checksum }: Migration,
  id: string,
): Promise<void> {
  await client.query(`INSERT INTO ${table} (id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    checksum,
    name,
  ])
  await client.query(`SET search_path = ${pg.escapeIdentifier(schema)}`)
  await client.query(script)
  await client.query(
    `UPDATE ${table} SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  )
}

async function recordFailure(client: pg.Client, table: string, id: string, error: unknown): Promise<void> {
  await client.query(`UPDATE ${table} SET logs = $2 WHERE id = $1`, [
    id,
    `SQLSTATE ${sqlStateOf(error) ?? 'unknown'}`,
  ])
}

/** The server's own message stays out: it can quote a row. The state and the line are what a developer needs. */
function refusalOf({ name, script }: Migration, error: unknown): Error {
  const state = sqlStateOf(error)
  // No state: the connection is gone, not the migration wrong.
  if (state === undefined) return error instanceof Error ? error : new Error('the connection was lost')
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN
  const line = Number.isFinite(position)
    ? `, line ${[...script].slice(0, position).filter((c) => c === '\n').length + 1}`
    : ''
  return new MigrationRefused(`migration \`${name}\` failed with SQLSTATE ${state}${line}`)
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}
