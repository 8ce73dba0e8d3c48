import { readFile } from 'node:fs/promises'

/** Linux only; undefined elsewhere. */
export interface Usage {
  /** User and system time since its start, direct children included. */
  readonly cpuSeconds: number
  readonly residentMegabytes: number
}

/** Fixed at 100 for every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

export async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
      .trim()
      .split(' ')
      .filter(Boolean)
    const ticks = await Promise.all([
      ticksOf(pid, true),
      ...children.map((child) => ticksOf(Number(child), false)),
    ])
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return {
      cpuSeconds: ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND,
      residentMegabytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024,
    }
  } catch {
    return undefined
  }
}

/** proc_pid_stat(5): fields 14 to 17 are utime, stime and those of children already waited for. */
async function ticksOf(pid: number, withEnded: boolean): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
  return user + system + (withEnded ? endedUser + endedSystem : 0)
}
