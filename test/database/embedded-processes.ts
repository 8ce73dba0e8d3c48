import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { isAlive } from '../../src/database/process-identity.ts'

export interface Holder {
  readonly child: ChildProcess
  readonly pid: number
  readonly adopted: boolean
  readonly url: string
}

const SCRIPT = fileURLToPath(new URL('embedded-holder.ts', import.meta.url))
const spawned: ChildProcess[] = []

/** Starts embedded-holder.ts in a process group of its own. */
export function spawnHolder(dataDir: string, afterwards: 'wait' | 'end' | 'throw' = 'wait'): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, dataDir, afterwards], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  spawned.push(child)
  return child
}

/** Starts one and waits until its server runs. @throws with its stderr when it ends instead */
export async function startHolder(
  dataDir: string,
  afterwards: 'wait' | 'end' | 'throw' = 'wait',
): Promise<Holder> {
  const child = spawnHolder(dataDir, afterwards)
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  for await (const line of createInterface({ input: child.stdout ?? process.stdin }))
    return { child, ...(JSON.parse(line) as Omit<Holder, 'child'>) }
  throw new Error(errors)
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Of every holder that a failing test left. */
export function killHolders(): void {
  for (const child of spawned.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
}

export async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every process that has `text` in its command line or works in a folder of that name: PostgreSQL's children too. */
export function processesOf(text: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isAlive(pid))
    .filter((pid) => [pathsOf(pid, 'cmdline'), pathsOf(pid, 'cwd')].some((found) => found.includes(text)))
}

export async function eventually(holds: () => boolean, what: string, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(20)
  }
}

function pathsOf(pid: number, what: 'cmdline' | 'cwd'): string {
  try {
    return what === 'cwd' ? readlinkSync(`/proc/${pid}/cwd`) : readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
