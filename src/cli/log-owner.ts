import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import type { Config } from '../config.ts'
import { connectOwner, DatabaseUnreachable } from '../database/connect-owner.ts'
import { SUPERUSER } from '../database/embedded-cluster.ts'
import { readPostmasterFile } from '../database/postmaster-file.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { CliContext } from './command.ts'

const PATIENCE_MS = 2_000

/**
 * Work on the database of the log as its owner: `AUDIT_DATABASE_URL`, else `DATABASE_URL`, else the embedded database of
 * a gateway that is running on `DATA_DIR`.
 *
 * @throws ExpectedFailure where there is none, or it has no such tables yet
 */
export async function withLogOwner<T>(
  { env, cwd }: CliContext,
  work: (owner: Client) => Promise<T>,
): Promise<T> {
  const parsed = parseConfig(env, cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  const { config } = parsed
  const url = config.auditDatabaseUrl ?? config.databaseUrl ?? (await runningEmbedded(config))
  const variable = config.auditDatabaseUrl ? 'AUDIT_DATABASE_URL' : 'DATABASE_URL'
  const owner = await connectOwner(url, variable, PATIENCE_MS).catch((error: unknown) => {
    throw error instanceof DatabaseUnreachable ? new ExpectedFailure(error.message) : error
  })
  try {
    return await work(owner)
  } catch (error) {
    // 42P01: no such table; 3F000: no such schema.
    const state = error instanceof Error && 'code' in error ? error.code : undefined
    if (state === '42P01' || state === '3F000')
      throw new ExpectedFailure('the database has no log of this version yet; start the gateway once')
    throw error
  } finally {
    await owner.end().catch(() => undefined)
  }
}

async function runningEmbedded({ dataDir }: Config): Promise<string> {
  const location = await readFile(join(dataDir, 'postgres-location.json'), 'utf8').catch(() => undefined)
  // Where the server's user may not enter DATA_DIR, a file there says where the database is.
  const elsewhere = location === undefined ? undefined : /"folder": *("[^"]*")/.exec(location)?.[1]
  const home = elsewhere === undefined ? join(dataDir, 'postgres') : (JSON.parse(elsewhere) as string)
  const running = await readPostmasterFile(join(home, 'data'))
  const password = await readFile(join(dataDir, 'postgres-password'), 'utf8').catch(() => '')
  if (running?.status !== 'ready' || password === '')
    throw new ExpectedFailure(
      'no gateway runs with a database in `DATA_DIR`; start it, or set `DATABASE_URL`',
    )
  return `postgresql://${SUPERUSER}:${encodeURIComponent(password.trim())}@127.0.0.1:${running.port}/demo`
}
