import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './embedded-binaries.ts'
import { runAs, type ServerUser } from './embedded-server-user.ts'

export const SUPERUSER = 'postgres'

/** A complete cluster, and what one needs to start and to enter it. */
export interface Cluster {
  /** PGDATA. */
  readonly folder: string
  readonly password: string
}

/**
 * The cluster in `home`, made when there is none. It is made under another name and renamed when it is whole, and its
 * password is on disk before that: a crash at any line leaves either no cluster, or one that can be entered.
 * @param passwordFile readable by us alone
 * @param durable false skips the flush after initdb, for a cluster that is thrown away
 */
export async function openCluster(
  home: string,
  passwordFile: string,
  binaries: Binaries,
  user: ServerUser,
  log: (line: string) => void,
  durable: boolean,
): Promise<Cluster> {
  const folder = join(home, 'data')
  const making = join(home, 'making')
  await rm(making, { recursive: true, force: true })
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version !== undefined) {
    const major = binaries.version.split('.')[0]
    if (version.trim() !== major)
      throw new Error(
        `the database in \`${folder}\` is of PostgreSQL ${version.trim()}, the installed one is ${major}; move it away or dump and load it`,
      )
    const password = (await readFile(passwordFile, 'utf8').catch(() => '')).trim()
    if (password === '')
      throw new Error(
        `\`${passwordFile}\` is missing, the password of the database in \`${folder}\`; put it back, or delete that folder`,
      )
    return { folder, password }
  }

  log('creating the embedded database')
  const password = randomBytes(24).toString('base64url')
  await writeDurably(passwordFile, `${password}\n`)
  await mkdir(making, { mode: 0o700 })
  if (user.ids) await chown(making, user.ids.uid, user.ids.gid)
  const handover = join(making, 'password')
  await writeFile(handover, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if (user.ids) await chown(handover, user.ids.uid, user.ids.gid)
  // Code-point order and Unicode case rules from PostgreSQL itself: the same answers on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${SUPERUSER}`, `--pwfile=${handover}`, '--auth=scram-sha-256']
  const made = join(making, 'data')
  const flush = durable ? [] : ['--no-sync']
  const args = [`--pgdata=${made}`, ...locale, ...access, '--data-checksums', '--no-instructions', ...flush]
  const result = runAs(user, binaries.initdb, args, making)
  if (!result.ok)
    throw new Error(`initdb could not create a database in \`${making}\`: ${lastLines(result.output)}`)
  await rename(made, folder)
  await rm(making, { recursive: true, force: true })
  return { folder, password }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join('; ')
}
