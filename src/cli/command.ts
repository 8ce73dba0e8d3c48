import type { Command } from 'commander'

/** 0: fine; 1: findings; 2: misuse, or it could not be done. */
export type ExitCode = 0 | 1 | 2

/** All that a command may know of the world around it. */
export interface CliContext {
  /** Of purpose-gateway. */
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Whether standard output is a terminal that wants colour (https://no-color.org). */
  readonly colour: boolean
  /** One line to standard output: what was asked for, and nothing else. */
  readonly out: (line: string) => void
  /** One line to standard error: everything that a script does not want to read. */
  readonly err: (line: string) => void
}

/**
 * Adds one command to the program. Its action calls `run` with the work, which answers the exit code or throws an
 * `ExpectedFailure`.
 */
export type AddCommand = (
  program: Command,
  context: CliContext,
  run: (work: () => Promise<ExitCode>) => Promise<void>,
) => void
