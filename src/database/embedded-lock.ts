import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { processIdentity } from './process-identity.ts'

interface Holder {
  readonly pid: number
  readonly identity: string
}

/** One process at a time may run the server of a DATA_DIR; its guardian may still be stopping it when it is gone. */
interface LockFile {
  readonly gateway: Holder
  readonly guardian: Holder | undefined
}

/**
 * Takes the lock of a DATA_DIR: at once when nobody holds it, after the guardian of a dead holder has stopped that one's
 * server, and never while the holder lives.
 * @param path of the lock file; what a crash left there is recognised by process number and start time
 * @returns a function that gives the lock back
 * @throws when another living process holds it
 */
export async function takeLock(path: string, guardianPid: number | undefined): Promise<() => Promise<void>> {
  const mine: LockFile = {
    gateway: holder(process.pid),
    guardian: guardianPid ? holder(guardianPid) : undefined,
  }
  const text = `${JSON.stringify(mine)}\n`
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  try {
    // A link appears with its content or not at all, and only one of two can make it.
    while (!(await linked(draft, path))) await clearAway(path)
  } finally {
    await rm(draft, { force: true })
  }
  return async () => {
    if ((await readText(path)) === text) await rm(path, { force: true })
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
}

async function clearAway(path: string): Promise<void> {
  const text = await readText(path)
  if (text === undefined) return
  const found = parse(text)
  if (found && lives(found.gateway))
    throw new Error(
      `the embedded database is in use by process ${found.gateway.pid}; stop it, or give this one a \`DATA_DIR\` of its own`,
    )
  // It escalates to SIGKILL by itself, so it ends.
  while (found?.guardian && lives(found.guardian)) await sleep(20)
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  await rename(path, aside).catch(() => undefined)
  // Another one may have cleared away the same and taken the lock in between: then this was its, and goes back.
  const moved = await readText(aside)
  if (moved !== undefined && moved !== text) await linked(aside, path)
  await rm(aside, { force: true })
}

function holder(pid: number): Holder {
  return { pid, identity: processIdentity(pid) ?? 'gone' }
}

function lives({ pid, identity }: Holder): boolean {
  return processIdentity(pid) === identity
}

function parse(text: string): LockFile | undefined {
  try {
    const value: Partial<LockFile> = JSON.parse(text)
    return value.gateway ? { gateway: value.gateway, guardian: value.guardian } : undefined
  } catch {
    return undefined
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
