import { hostname } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import type { AccessLog } from '../audit/access.ts'
import { AUDITOR_GRANTS } from '../audit/grants.ts'
import { openAccessLog } from '../audit/log.ts'
import type { Config } from '../config.ts'
import { connectOwner, DatabaseUnreachable } from '../database/connect-owner.ts'
import { defaultSchemaOf } from '../database/connection-url.ts'
import { startEmbeddedPostgres } from '../database/embedded.ts'
import { fillDemo } from '../database/fill-demo.ts'
import { openDatabases } from '../database/open.ts'
import { developmentSecret } from '../development-secret.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import type { Policy } from '../policy/policy.ts'
import type { CliContext } from './command.ts'

const PATIENCE_MS = 5_000

/** The governed database as its owner, for the time of some work; the embedded one where none is configured. */
export async function withGovernedDatabase<T>(
  config: Config,
  context: CliContext,
  work: (url: string, owner: pg.Client) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== undefined) return connected(config.databaseUrl, work)
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log: context.err }).catch(
    (error: unknown) => {
      throw new ExpectedFailure(
        error instanceof Error ? error.message : 'the embedded database does not start',
      )
    },
  )
  try {
    await server.ensureDatabase('demo')
    const url = server.url('demo')
    await fillDemo(url, config.seedCustomers, context.err)
    return await connected(url, work)
  } finally {
    await server.stop()
  }
}

async function connected<T>(url: string, work: (url: string, owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = await connectOwner(url, 'DATABASE_URL', PATIENCE_MS).catch((error: unknown) => {
    throw error instanceof DatabaseUnreachable ? new ExpectedFailure(error.message) : error
  })
  try {
    await owner.query(
      `SELECT set_config('search_path', quote_ident($1) || ', ' || current_setting('search_path'), false)`,
      [defaultSchemaOf(url)],
    )
    return await work(url, owner)
  } finally {
    await owner.end().catch(() => undefined)
  }
}

/** The access log, opened as the gateway opens it. */
export async function withLog<T>(
  config: Config,
  policy: Policy,
  url: string,
  { now, err }: CliContext,
  work: (log: AccessLog) => Promise<T>,
): Promise<T> {
  const databases = await openDatabases({
    ownerUrl: url,
    auditOwnerUrl: config.auditDatabaseUrl ?? url,
    policy,
    auditorGrants: AUDITOR_GRANTS,
    gatewayMigrations: join(PACKAGE_ROOT, 'prisma', 'gateway', 'migrations'),
    secret: config.secret ?? (await developmentSecret(config.dataDir)),
    statementTimeoutMs: config.statementTimeoutMs,
    readPoolSize: 1,
    auditDeadlineMs: config.audit.deadlineMs,
    auditPoolSize: 2,
    ownDatabase: config.databaseUrl === undefined,
    patienceMs: PATIENCE_MS,
    note: err,
  })
  const log = openAccessLog({
    pool: databases.auditor,
    instance: `${hostname()}:${process.pid}`,
    queueSize: 16,
    deadlineMs: config.audit.deadlineMs,
    now,
  })
  try {
    return await work(log)
  } finally {
    await log.close()
    await databases.close()
  }
}
