import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Policy } from '../policy/policy.ts'
import { auditorRole } from './auditor-role.ts'
import { connectOwner } from './connect-owner.ts'
import { connectionUrlOf } from './connection-url.ts'
import { ensureReader } from './ensure-reader.ts'
import { ensureRole, RolesRefused } from './ensure-role.ts'
import { applyMigrations } from './migrations.ts'
import { openPool } from './pools.ts'
import { openReader, type Reader } from './reader.ts'
import { rolePassword } from './role-password.ts'
import type { RoleSpec, TableGrant } from './role-spec.ts'
import { withdrawFromPublic } from './withdraw-from-public.ts'

export interface OpenOptions {
  /** The governed database, as its owner. */
  readonly ownerUrl: string
  /** Where the schema `gateway` lives, as its owner; may be the same. */
  readonly auditOwnerUrl: string
  readonly policy: Policy
  /** What the auditor may do: `AUDITOR_GRANTS`. */
  readonly auditorGrants: readonly TableGrant[]
  /** Absolute path of `prisma/gateway/migrations`. */
  readonly gatewayMigrations: string
  /** Root of the roles' passwords; the same for all gateways of a database. */
  readonly secret: string
  readonly statementTimeoutMs: number
  readonly readPoolSize: number
  readonly auditDeadlineMs: number
  readonly auditPoolSize: number
  /** The governed database is the gateway's own (embedded), so what PostgreSQL gives to everybody may be taken away. */
  readonly ownDatabase: boolean
  /** How long a server that is still starting is waited for. */
  readonly patienceMs: number
  /** Told of what is odd but no reason to stop. */
  readonly note?: (message: string) => void
}

const CLOSE_MS = 2_000

export interface Databases {
  /** Of the governed database: PostgreSQL's `server_version_num`. */
  readonly serverVersion: number
  readonly reader: Reader
  readonly auditor: pg.Pool
  /**
   * Makes the reader's role be what it takes to serve these policies, over a connection of the owner that is closed again.
   * @throws DatabaseUnreachable, RolesRefused
   */
  govern(policies: readonly [Policy, ...Policy[]]): Promise<void>
  /** Resolves when every connection is given back and closed, or after two seconds: a server that hangs says no goodbye. */
  close(): Promise<void>
}

/**
 * Brings the gateway's own tables up to date, sets up both roles and opens their pools. The owner's connections are closed
 * again before this returns: while the gateway serves, it holds no connection that could write governed data or change
 * the log.
 *
 * @throws DatabaseUnreachable, MigrationRefused, RolesRefused, each with a message for the operator
 */
export async function openDatabases(options: OpenOptions): Promise<Databases> {
  const auditor = await withOwner(options.auditOwnerUrl, 'AUDIT_DATABASE_URL', options, async (owner) => {
    await applyMigrations(owner, options.gatewayMigrations, {
      schema: 'gateway',
      ...(options.note && { note: options.note }),
    })
    const role = auditorRole(await currentDatabase(owner), options.auditorGrants)
    await ensureRole(owner, role, { url: options.auditOwnerUrl, secret: options.secret })
    return role
  })
  const [reader, serverVersion] = await withOwner(
    options.ownerUrl,
    'DATABASE_URL',
    options,
    async (owner) => {
      if (options.ownDatabase) await withdrawFromPublic(owner)
      return [await ensureReader(owner, options, [options.policy]), await versionOf(owner)] as const
    },
  )
  return { serverVersion, ...openPools(options, reader, auditor) }
}

function openPools(
  options: OpenOptions,
  readerSpec: RoleSpec,
  auditorSpec: RoleSpec,
): Omit<Databases, 'serverVersion'> {
  const urlFor = (ownerUrl: string, { name }: RoleSpec): string =>
    connectionUrlOf(ownerUrl, name, rolePassword(options.secret, name))
  const reader = openReader({
    url: urlFor(options.ownerUrl, readerSpec),
    applicationName: 'purpose-gateway reader',
    size: options.readPoolSize,
    statementTimeoutMs: options.statementTimeoutMs,
    connectionTimeoutMs: options.statementTimeoutMs,
  })
  const auditor = openPool({
    url: urlFor(options.auditOwnerUrl, auditorSpec),
    applicationName: 'purpose-gateway auditor',
    size: options.auditPoolSize,
    statementTimeoutMs: options.auditDeadlineMs,
    connectionTimeoutMs: options.auditDeadlineMs,
  })
  return {
    reader,
    auditor,
    govern: async (policies) => {
      const role = await withOwner(options.ownerUrl, 'DATABASE_URL', options, (owner) =>
        ensureReader(owner, options, policies),
      )
      // Sessions that are open keep the path that they began with.
      if (role.searchPath.join() !== readerSpec.searchPath.join())
        throw new RolesRefused('the policy needs another search path of the reader; start the gateway again')
    },
    close: async () => {
      await Promise.race([
        Promise.all([reader.end(), auditor.end()]),
        delay(CLOSE_MS, undefined, { ref: false }),
      ])
    },
  }
}

async function withOwner<T>(
  url: string,
  variable: string,
  options: OpenOptions,
  work: (owner: pg.Client) => Promise<T>,
): Promise<T> {
  const owner = await connectOwner(url, variable, options.patienceMs)
  try {
    return await work(owner)
  } finally {
    await owner.end().catch(() => undefined)
  }
}

async function versionOf(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::integer AS version`,
  )
  return rows[0]?.version ?? 0
}

async function currentDatabase(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ name: string }>('SELECT current_database()::text AS name')
  return rows[0]?.name ?? ''
}
