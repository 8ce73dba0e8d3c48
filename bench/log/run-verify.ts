import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { CleanUp } from '../clean-up.ts'

export interface Verification {
  /** From starting the process until it is gone. */
  readonly seconds: number
  /** NaN where the system does not tell. */
  readonly peakMegabytes: number
}

/** Linux keeps the peak itself, so only what comes after the last look is missed. */
const LOOK_EVERY_MS = 50

/**
 * `purpose-gateway audit verify`, as an operator runs it.
 *
 * @param key verifier key of the log
 * @throws Error where it finds anything, or read another number of records
 */
export async function runVerify(
  ownerUrl: string,
  key: string,
  records: number,
  cleanUp: CleanUp,
): Promise<Verification> {
  const begun = performance.now()
  const command = ['src/setup.mjs', 'src/cli/main.ts', 'audit', 'verify', '--json', '--key', key]
  const child = spawn(process.execPath, command, {
    env: { ...process.env, DATABASE_URL: ownerUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const forget = cleanUp.add(() => void child.kill('SIGKILL'))
  let peakMegabytes = Number.NaN
  const looking = setInterval(async () => {
    peakMegabytes = (await peakOf(child.pid)) ?? peakMegabytes
  }, LOOK_EVERY_MS)
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const seconds = (performance.now() - begun) / 1000
  clearInterval(looking)
  forget()
  const result = JSON.parse(output) as { records: number; findingCount: number }
  if (result.findingCount > 0 || result.records !== records)
    throw new Error(`the verification of ${records} records says: ${output.slice(0, 1_000)}`)
  return { seconds, peakMegabytes }
}

async function peakOf(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}
