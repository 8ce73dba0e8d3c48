import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../package-root.ts'
import { COMMANDS } from './commands.ts'
import { runProgram } from './run-program.ts'

const { env, stdout, stderr } = process

/** How long what is left open may keep the process, after the command has ended. */
const LINGER_MS = 2_000

// Whoever reads the output may go away (`… | head`); that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

// A fault outside every request: the state is unknown, so nothing more is served. Its message may hold anything.
process.on('uncaughtException', (error) => {
  if (process.argv.includes('--debug')) stderr.write(`${error?.stack ?? error}\n`)
  stderr.write('purpose-gateway: a fault of the program; run it again with `--debug` to see where\n')
  process.exit(2)
})

const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
  version: string
}

// The code is set and not exited with, so that everything that was written still gets out.
process.exitCode = await runProgram(process.argv.slice(2), COMMANDS, {
  version,
  env,
  cwd: process.cwd(),
  now: Date.now,
  colour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  out: (line) => stdout.write(`${line}\n`),
  err: (line) => stderr.write(`${line}\n`),
})

setTimeout(() => process.exit(), LINGER_MS).unref()
