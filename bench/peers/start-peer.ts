import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { CleanUp } from '../clean-up.ts'
import { START_FLAGS } from '../start-flags.ts'
import type { Peer, Setup } from './peer.ts'

export interface RunningPeer {
  readonly peer: Peer
  readonly pid: number
  /** `http://HOST:PORT` */
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  /** From starting its process until it said that it is ready. */
  readonly readyMs: number
  /** Before the bench ends. */
  stop(): Promise<void>
}

const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 10_000

/** @throws Error with the last lines that the peer wrote, when it does not become ready */
export async function startPeer(peer: Peer, setup: Setup, cleanUp: CleanUp): Promise<RunningPeer> {
  await peer.prepare?.(setup)
  const log = join(setup.scratchDir, `${peer.name}.log`)
  const environment = await peer.env(setup)
  const begun = performance.now()
  // For every peer alike, since each is faster with them.
  const child = spawn((await peer.node?.()) ?? process.execPath, [...START_FLAGS, ...peer.args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('a process without output')
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    const stopped = await Promise.race([exited, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
    if (stopped === undefined) child.kill('SIGKILL')
  }
  const forget = cleanUp.add(stop)
  const file = createWriteStream(log)
  stderr.pipe(file, { end: false })
  stdout.pipe(file, { end: false })
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(new URL(line.slice('ready '.length)).origin)
    })
  })
  const origin = await Promise.race([
    ready,
    exited.then(() => undefined),
    delay(READY_TIMEOUT_MS, undefined, { ref: false }),
  ])
  const readyMs = performance.now() - begun
  if (origin === undefined || child.pid === undefined)
    throw new Error(
      `${peer.name} did not become ready:\n${(await readFile(log, 'utf8')).split('\n').slice(-20).join('\n')}`,
    )
  return {
    peer,
    pid: child.pid,
    origin,
    readyMs,
    async stop() {
      forget()
      await stop()
    },
    headers: { 'content-type': 'application/json', ...(await peer.headers?.(setup)) },
  }
}
