import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { CleanUp } from './clean-up.ts'

/**
 * Runs a program of the bench in a process of its own: `input` on its stdin, the answer on its stdout, both JSON.
 *
 * @param args of `node`
 * @throws Error when it fails
 */
export async function runChild(args: readonly string[], input: unknown, cleanUp: CleanUp): Promise<unknown> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const forget = cleanUp.add(() => void child.kill('SIGKILL'))
  child.stdin.end(JSON.stringify(input))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  forget()
  if (code !== 0) throw new Error(`${args.at(-1)} ended with ${String(code)}`)
  return JSON.parse(output)
}
