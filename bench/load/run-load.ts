import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { CleanUp } from '../clean-up.ts'
import type { Load, LoadResult } from './load.ts'

/** @throws Error when the load process fails; a failing peer shows in `failures`. */
export async function runLoad(load: Load, cleanUp: CleanUp): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/load/main.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const forget = cleanUp.add(() => void child.kill('SIGKILL'))
  child.stdin.end(JSON.stringify(load))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  forget()
  if (code !== 0) throw new Error(`the load process ended with ${String(code)}`)
  return JSON.parse(output) as LoadResult
}
