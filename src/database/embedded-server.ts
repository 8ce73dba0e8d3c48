import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './embedded-binaries.ts'
import type { Cluster } from './embedded-cluster.ts'
import { SERVER_ENVIRONMENT, type ServerUser } from './embedded-server-user.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { isAlive } from './process-identity.ts'

export interface ServerSpec {
  readonly binaries: Binaries
  readonly user: ServerUser
  /** Folder of the server's user that holds the socket. */
  readonly home: string
  readonly cluster: Cluster
  readonly logFile: string
  /** Server parameters besides our own, e.g. `max_connections`. */
  readonly settings: Readonly<Record<string, string>>
  /** TCP port on 127.0.0.1; undefined: one that is free. */
  readonly port: number | undefined
}

export interface Server {
  readonly pid: number
  readonly port: number
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>
}

const START_TIMEOUT_MS = 120_000
const RETRY_MS = 15_000
const LOG_LIMIT_BYTES = 5_000_000

/** What the gateway relies on. Durability is stated though it is the default: the access log's promise rests on it. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  // The log must hold neither statements nor values: no STATEMENT, no DETAIL.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/**
 * glibc gives memory back to the system at the end of a statement that took more than 128 KB, and asks for it again in the
 * next: a fifth of the processor time of a commit to the access log. A backend keeps up to 32 MB instead.
 */
const KEEP_MEMORY = { MALLOC_TRIM_THRESHOLD_: String(32 * 1024 * 1024), MALLOC_TOP_PAD_: String(1024 * 1024) }

/**
 * Starts the server in a session of its own, so that Ctrl-C does not reach it, and waits until it accepts connections.
 * @param onSpawn told the process number at once, for whoever must end it should we die now
 * @throws with PostgreSQL's own reason and the place of its log
 */
export async function launchServer(spec: ServerSpec, onSpawn: (pid: number) => void): Promise<Server> {
  const deadline = Date.now() + RETRY_MS
  for (;;) {
    const port = spec.port ?? (await freePort())
    const attempt = await tryLaunch(spec, port, onSpawn)
    if (attempt.ok) return attempt.server
    // Somebody took the port meanwhile, or the processes of a killed server are still going away.
    const passing =
      /Address already in use|could not create any TCP|shared memory block .* is still in use/.test(
        attempt.reason,
      )
    if (!passing || Date.now() > deadline)
      throw new Error(`the embedded database did not start: ${attempt.reason}; see \`${spec.logFile}\``)
    await sleep(50)
  }
}

type Attempt =
  | { readonly ok: true; readonly server: Server }
  | { readonly ok: false; readonly reason: string }

async function tryLaunch(spec: ServerSpec, port: number, onSpawn: (pid: number) => void): Promise<Attempt> {
  const size = await rotateLog(spec.logFile)
  const log = await open(spec.logFile, 'a', 0o600)
  const settings = { ...SETTINGS, unix_socket_directories: socketFolder(spec.home), ...spec.settings }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(spec.binaries.postgres, ['-D', spec.cluster.folder, '-p', String(port), ...flags], {
    ...spec.user.ids,
    cwd: spec.home,
    env: { ...SERVER_ENVIRONMENT, ...KEEP_MEMORY },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  const exited = exitOf(child)
  await log.close()
  const pid = child.pid
  if (pid === undefined)
    return { ok: false, reason: `\`${spec.binaries.postgres}\` cannot be run as ${spec.user.name}` }
  onSpawn(pid)
  child.unref()

  let gone = false
  void exited.then(() => {
    gone = true
  })
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!gone) {
    const file = await readPostmasterFile(spec.cluster.folder)
    if (file?.pid === pid && file.status === 'ready') return { ok: true, server: { pid, port, exited } }
    if (Date.now() > deadline) child.kill('SIGQUIT')
    await sleep(10)
  }
  return { ok: false, reason: await lastFault(spec.logFile, size) }
}

/** A server that somebody else started: it is not our child, so its end is seen by looking. */
export function watchServer(pid: number, port: number): Server {
  const exited = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid)) return
      clearInterval(timer)
      resolve()
    }, 100)
    timer.unref()
  })
  return { pid, port, exited }
}

/** Folder of the Unix socket, `''` where its path would be longer than the system allows (107 bytes with its name). */
function socketFolder(home: string): string {
  return process.platform === 'win32' || Buffer.byteLength(home) > 85 || home.includes(',') ? '' : home
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}

/** @returns size of the log in bytes, where the lines of this start will begin */
async function rotateLog(path: string): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size < LOG_LIMIT_BYTES) return size
  await rm(`${path}.old`, { force: true })
  await rename(path, `${path}.old`)
  return 0
}

async function lastFault(logFile: string, from: number): Promise<string> {
  const written = (await readFile(logFile)).subarray(from).toString('utf8')
  const lines = written.split('\n').filter((line) => line.trim() !== '')
  // Without time, process and severity.
  const said = lines.slice(-3).map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] [A-Z]+: +/, ''))
  return said.join('; ') || 'it ended without a word'
}
