import { Command, CommanderError } from 'commander'
import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

const HELP = `
Exit code: 0 fine, 1 findings, 2 misuse or it could not be done.

To begin with (in a clone of the repository, write "npm run -s gateway --" for "purpose-gateway"):
  $ purpose-gateway check
  $ purpose-gateway start
  $ purpose-gateway token --help`

/**
 * Runs one command line (arguments without `node` and the script) and answers the exit code. Never rejects and never
 * shows a stack, unless `--debug` asks for it: what is not an `ExpectedFailure` may hold anything in its message.
 */
export async function runProgram(
  args: readonly string[],
  commands: readonly AddCommand[],
  context: CliContext,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const program = new Command('purpose-gateway')
    .description('Reads of customer data for a declared purpose: minimal data out, every access on record.')
    .version(context.version, '--version', 'print the version')
    .option('--debug', 'show the stack of an unexpected failure')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', HELP)
    .showHelpAfterError('(see `purpose-gateway --help`)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.replace(/\n$/, '')),
      writeErr: (text) => context.err(text.replace(/\n$/, '')),
    })
  for (const add of commands)
    add(program, context, async (work) => {
      exitCode = await work()
    })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (program.opts<{ debug?: boolean }>().debug && error instanceof Error)
      context.err(error.stack ?? String(error))
    if (error instanceof ExpectedFailure) {
      for (const line of error.message.split('\n')) context.err(`purpose-gateway: ${line}`)
      return error.exitCode
    }
    context.err('purpose-gateway: a fault of the program; run it again with `--debug` to see where')
    return 2
  }
}
