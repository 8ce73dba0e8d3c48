import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { COMMANDS } from '../../src/cli/commands.ts'
import { runProgram } from '../../src/cli/run-program.ts'
import { schemaReviewedLately } from '../schema-reviewed-lately.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * The command line as a person starts it, in a process of its own, with these variables and no others of ours. The policy is
 * the demo's, lately reviewed, unless they name another.
 */
export async function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['src/setup.mjs', 'src/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { PATH, HOME, SCHEMA_DIR: schemaReviewedLately(), ...env },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exitCode, ...output }
}

/** The same in this process, for long tables. */
export async function runHere(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const output = { stdout: '', stderr: '' }
  const exitCode = await runProgram(args, COMMANDS, {
    version: '0.0.0',
    env: { SCHEMA_DIR: schemaReviewedLately(), ...env },
    cwd: ROOT,
    now: Date.now,
    colour: false,
    out: (line) => {
      output.stdout += `${line}\n`
    },
    err: (line) => {
      output.stderr += `${line}\n`
    },
  })
  return { exitCode, ...output }
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cli-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
