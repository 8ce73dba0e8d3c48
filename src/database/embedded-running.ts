import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { SUPERUSER } from './embedded-cluster.ts'
import { openHome } from './embedded-home.ts'
import { chooseServerUser } from './embedded-server-user.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { isAlive } from './process-identity.ts'

/** The embedded database of a DATA_DIR, as a process finds it that did not start it. */
export type EmbeddedState =
  | { readonly kind: 'none' }
  | { readonly kind: 'stopped' }
  /** `url`: of the superuser, with the password in it; not for logs. */
  | { readonly kind: 'running'; url(database: string): string }

/** Starts nothing and takes no lock: a running gateway goes on using its server. */
export async function findEmbedded(dataDir: string): Promise<EmbeddedState> {
  const folder = await realpath(dataDir).catch(() => undefined)
  if (folder === undefined) return { kind: 'none' }
  const password = await readFile(join(folder, 'postgres-password'), 'utf8').catch(() => undefined)
  if (password === undefined) return { kind: 'none' }
  const home = await openHome(folder, await chooseServerUser(join(folder, 'postgres')))
  const file = await readPostmasterFile(join(home.folder, 'data'))
  if (file === undefined || !isAlive(file.pid)) return { kind: 'stopped' }
  const authority = `${SUPERUSER}:${encodeURIComponent(password.trim())}@127.0.0.1:${file.port}`
  return { kind: 'running', url: (database) => `postgresql://${authority}/${encodeURIComponent(database)}` }
}
