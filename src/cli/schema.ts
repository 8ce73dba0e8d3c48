import type { AddCommand, CliContext, ExitCode } from './command.ts'

const HELP = `
This is what clients ask: for generators of types and for editors, which need then no token for introspection. Of each field
it says for which purposes it is readable and in what form. Every field can be null, because a purpose may leave it out;
@semanticNonNull stands where null then only comes with an error that says why.
It reads the policy as "check" does and needs no database.

Exit code: 0 printed, 1 the policy has a finding of severity MUST, 2 it could not be read.

Examples:
  $ purpose-gateway schema > schema.graphql`

export const addSchema: AddCommand = (program, context, run) => {
  program
    .command('schema')
    .summary('print the schema that clients see')
    .description('Prints the served schema, as SDL.')
    .addHelpText('after', HELP)
    .action(() => run(() => schema(context)))
}

async function schema(context: CliContext): Promise<ExitCode> {
  const [{ soundPolicy }, { servedSdlOf }] = await Promise.all([
    import('./sound-policy.ts'),
    import('../policy/served/served-sdl.ts'),
  ])
  const { policy } = await soundPolicy(context)
  context.out(servedSdlOf(policy))
  return 0
}
