import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running server says of itself in `postmaster.pid` (PostgreSQL: src/include/utils/pidfile.h). */
export interface PostmasterFile {
  readonly pid: number
  readonly dataFolder: string
  readonly port: number
  /** `starting`, `stopping`, `ready` or `standby`; undefined while the file is being written. */
  readonly status: string | undefined
}

function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid === 0) return undefined
  // A negative pid marks single-user mode.
  return {
    pid: Math.abs(pid),
    dataFolder: lines[1] ?? '',
    port: Number(lines[3] ?? 0),
    status: lines[7] || undefined,
  }
}

export async function readPostmasterFile(dataFolder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parsePostmasterFile(text)
}
