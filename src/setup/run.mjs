import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A failure that the person at the keyboard can act on; its message is all that is shown. */
export class SetupFailure extends Error {}

const FATAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program to its end, and ends it should we be ended. Our stdout belongs to what runs afterwards, so its output is
 * kept back and shown, on stderr, only when it fails.
 */
export async function run(what, command, args, { cwd, env }) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = []
  child.stdout.on('data', (chunk) => output.push(chunk))
  child.stderr.on('data', (chunk) => output.push(chunk))
  const pass = (signal) => {
    child.kill(signal)
    process.exit(1)
  }
  for (const signal of FATAL_SIGNALS) process.on(signal, pass)
  const ended = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  for (const signal of FATAL_SIGNALS) process.off(signal, pass)
  if (ended === 0) return
  process.stderr.write(Buffer.concat(output))
  throw new SetupFailure(`${what} ended with ${ended}`)
}

/** Path of the JavaScript program that an installed package brings under its own name, or under `name`. */
export function programOf(root, packageName, name = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}
