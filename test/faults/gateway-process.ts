import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { schemaReviewedLately } from '../schema-reviewed-lately.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 60_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A gateway as operators run it, in a process of its own. */
export interface GatewayProcess {
  readonly pid: number
  /** Everything that it wrote to stdout and stderr. */
  output(): string
  /** Resolves to `http://HOST:PORT/graphql`. @throws when the process ends before it is ready */
  ready(): Promise<string>
  readonly exited: Promise<Exit>
  kill(signal: NodeJS.Signals): Promise<Exit>
}

export interface SpawnOptions {
  readonly env: Readonly<Record<string, string>>
  /** In a process group of its own, so that the group can be signalled as a terminal does. */
  readonly ownGroup?: boolean
}

const spawned = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of spawned) child.kill('SIGKILL')
})

/** Nothing of our own environment but what a program needs to run reaches it. Its policy is the demo's, lately reviewed. */
export function spawnGateway({ env, ownGroup = false }: SpawnOptions): GatewayProcess {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['src/setup.mjs', 'src/cli/main.ts', '--debug', 'start'], {
    cwd: ROOT,
    env: { PATH, HOME, PORT: '0', SCHEMA_DIR: schemaReviewedLately(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
  })
  if (child.pid === undefined) throw new Error('no process could be started')
  spawned.add(child)
  let output = ''
  let tellReady: (url: string) => void = () => undefined
  const url = new Promise<string>((resolve) => {
    tellReady = resolve
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk)
      const line = /^ready (\S+)$/m.exec(output)
      if (line?.[1]) tellReady(line[1])
    })
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      spawned.delete(child)
      resolve({ code, signal })
    })
  })
  return {
    pid: child.pid,
    output: () => output,
    exited,
    async ready() {
      const timer = new AbortController()
      const late = delay(READY_WITHIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)
      const first = await Promise.race([url, exited.then(() => undefined), late])
      timer.abort()
      if (first === undefined) throw new Error(`the gateway did not become ready:\n${output}`)
      return first
    },
    kill(signal) {
      child.kill(signal)
      return exited
    },
  }
}
