import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { connectionUrlOf } from './connection-url.ts'
import { missingColumns } from './missing-columns.ts'
import { rolePassword, roleVerifier } from './role-password.ts'
import type { RoleSpec } from './role-spec.ts'
import { readRoleState } from './role-state.ts'
import { roleStatements } from './role-statements.ts'

/** The roles cannot be set up as things are; the message is for the operator and says what to do. */
export class RolesRefused extends Error {
  override readonly name = 'RolesRefused'
}

export interface RoleOptions {
  /** The URL of the owner's connection; roles are tried out against the same server. */
  readonly url: string
  /** Root of the roles' passwords. Gateways that share a database share it. */
  readonly secret: string
}

/** Any number that nobody else uses; gateways that start at once take turns. */
const ROLES_LOCK = 7_061_270_512_004

const ATTEMPTS = 8

/**
 * Makes a login role be, and hold, exactly what `spec` says: creates it, repairs its password, takes away what it should
 * not have. Everything in one transaction, so a crash changes nothing. Where nothing differs, nothing is written and the
 * owner needs no right to do so. In an adopter's database only roles and grants are touched.
 *
 * Where two gateways with different policies share a database, the one that started last decides what both may read.
 *
 * @param owner a connection of the tables' owner, in no transaction
 * @throws RolesRefused where the owner lacks the right (with the SQL for an administrator), or a table is missing
 */
export async function ensureRole(owner: pg.Client, spec: RoleSpec, options: RoleOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const statements = await differences(owner, spec, options)
    // What a role holds a privilege on is there.
    if (statements.length === 0) return
    if (attempt === 1) await refuseMissing(owner, spec)
    // PostgreSQL only warns where somebody else granted what is to be taken away.
    if (attempt > ATTEMPTS) throw refusalOf(spec, statements)
    try {
      await change(owner, spec, options)
    } catch (error) {
      await owner.query('ROLLBACK')
      if (!(error instanceof pg.DatabaseError)) throw error
      if (error.code === '42501') throw refusalOf(spec, statements)
      if (!isPassing(error)) throw error
    }
    await delay(20 * attempt * (1 + Math.random()))
  }
}

async function refuseMissing(owner: pg.Client, spec: RoleSpec): Promise<void> {
  const missing = await missingColumns(owner, spec)
  if (missing.length > 0)
    throw new RolesRefused(
      `the data model names what the database does not have: ${missing.map((name) => `\`${name}\``).join(', ')}`,
    )
}

/** What differed a moment ago may have been repaired by another gateway while this one waited, so it is asked again. */
async function change(owner: pg.Client, spec: RoleSpec, options: RoleOptions): Promise<void> {
  await owner.query('BEGIN')
  await owner.query(`SELECT pg_advisory_xact_lock(${ROLES_LOCK})`)
  for (const statement of await differences(owner, spec, options)) await owner.query(statement)
  await owner.query('COMMIT')
}

async function differences(
  owner: pg.Client,
  spec: RoleSpec,
  options: RoleOptions,
): Promise<readonly string[]> {
  const state = await readRoleState(owner, spec.name)
  const works = state.exists && state.canLogin && (await canLogIn(spec.name, options))
  return roleStatements(spec, state, works ? undefined : roleVerifier(options.secret, spec.name))
}

async function canLogIn(role: string, { url, secret }: RoleOptions): Promise<boolean> {
  const client = new pg.Client({
    connectionString: connectionUrlOf(url, role, rolePassword(secret, role)),
    connectionTimeoutMillis: 10_000,
    application_name: 'purpose-gateway start',
  })
  // Lost while it is closing: nothing that matters.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    // 28P01: wrong password. 28000: the role may not log in. 42501: it may not connect to this database.
    if (error instanceof pg.DatabaseError && ['28P01', '28000', '42501'].includes(error.code ?? ''))
      return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Another gateway, or another program, changed the same catalog row; the server says so in several ways. */
function isPassing({ code, message }: pg.DatabaseError): boolean {
  // XX000 has no finer code: "tuple concurrently updated" or "deleted".
  return (
    ['40001', '40P01', '42710', '23505'].includes(code ?? '') ||
    (code === 'XX000' && message.startsWith('tuple concurrently'))
  )
}

function refusalOf(spec: RoleSpec, statements: readonly string[]): RolesRefused {
  return new RolesRefused(
    [
      `the owner of the database may not set up the role \`${spec.name}\`; ask an administrator to run these statements in`,
      'the same database, or give the owner CREATEROLE. A password in them is a SCRAM-SHA-256 verifier made from',
      '`GATEWAY_SECRET`: it sets the password and cannot be used to log in',
      '',
      ...statements.map((statement) => `${statement};`),
    ].join('\n'),
  )
}
