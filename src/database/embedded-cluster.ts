import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './embedded-binaries.ts'
import { SERVER_ENVIRONMENT, type ServerUser } from './embedded-server-user.ts'

export const SUPERUSER = 'postgres'
const MAKING = 'making-'

/** A complete cluster, and what one needs to start and to enter it. */
export interface Cluster {
  /** PGDATA. */
  readonly folder: string
  readonly password: string
}

export interface ClusterSpec {
  readonly home: string
  /** Readable by us alone. */
  readonly passwordFile: string
  readonly binaries: Binaries
  readonly user: ServerUser
  /** False skips the flush after initdb, for a cluster that is thrown away. */
  readonly durable: boolean
}

/**
 * The cluster in a home, made when there is none. It is made under another name and renamed when it is whole, and its
 * password is on disk before that: a crash at any line leaves either no cluster, or one that can be entered.
 * @param onSpawn told the process number of initdb, for whoever must end it should we die now
 */
export async function openCluster(spec: ClusterSpec, onSpawn: (pid: number) => void): Promise<Cluster> {
  const { home, passwordFile, binaries } = spec
  const folder = join(home, 'data')
  await removeUnfinished(home)
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) return createCluster(spec, folder, onSpawn)
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

async function createCluster(
  spec: ClusterSpec,
  folder: string,
  onSpawn: (pid: number) => void,
): Promise<Cluster> {
  const { home, user } = spec
  const password = randomBytes(24).toString('base64url')
  await writeDurably(spec.passwordFile, `${password}\n`)
  // A name of its own: the initdb of a killed gateway may still be running, and deletes its folder when it fails.
  const making = join(home, `${MAKING}${randomBytes(4).toString('hex')}`)
  const handover = join(making, 'password')
  await mkdir(making, { mode: 0o700 })
  await writeFile(handover, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if (user.ids) for (const path of [making, handover]) await chown(path, user.ids.uid, user.ids.gid)
  const made = join(making, 'data')
  // Code-point order and Unicode case rules from PostgreSQL itself: the same answers on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${SUPERUSER}`, `--pwfile=${handover}`, '--auth=scram-sha-256']
  const flush = spec.durable ? [] : ['--no-sync']
  const args = [`--pgdata=${made}`, ...locale, ...access, '--data-checksums', '--no-instructions', ...flush]
  const result = await runInitdb(spec, args, making, onSpawn)
  if (result !== undefined) {
    // Ctrl-C reaches initdb too; what it leaves would stay until the next start.
    await removeUnfinished(home)
    throw new Error(`initdb could not create a database in \`${home}\`: ${result}`)
  }
  await rename(made, folder)
  await removeUnfinished(home)
  return { folder, password }
}

/** @returns undefined, or what initdb last said */
async function runInitdb(
  { binaries, user }: ClusterSpec,
  args: readonly string[],
  cwd: string,
  onSpawn: (pid: number) => void,
): Promise<string | undefined> {
  const child = spawn(binaries.initdb, args, {
    ...user.ids,
    cwd,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) onSpawn(child.pid)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk)
    })
  const code = await new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', resolve)
  })
  return code === 0 ? undefined : output.trim().split('\n').slice(-4).join('; ')
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home))
    if (name.startsWith(MAKING)) await rm(join(home, name), { recursive: true, force: true, maxRetries: 10 })
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
