import { ExpectedFailure } from '../expected-failure.ts'
import type { Link } from '../policy/linkability.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface LinkabilityOptions {
  readonly purpose?: string
  readonly json?: boolean
}

const HELP = `
Whoever holds the outputs of two purposes can join them by what both serve:
  identifiers   keys and unique columns of the data model, as they are: each joins row to row
  combinations  other fields in a form that can be compared (a month to a year): together they may single rows out
Pseudonyms never join two purposes. It reads the policy as "check" does and needs no database.

Exit code: 0 printed, 1 the policy has a finding of severity MUST, 2 it could not be read.

Examples:
  $ purpose-gateway linkability
  $ purpose-gateway linkability --purpose MARKET_ANALYSIS
  $ purpose-gateway linkability --json | jq '.pairs[] | select(.identifiers != [])'`

export const addLinkability: AddCommand = (program, context, run) => {
  program
    .command('linkability')
    .summary('say which purposes could join their outputs, and by which fields')
    .description('Says for each two purposes whether what they are served could be joined, and by what.')
    .option('--purpose <name>', 'only pairs with this purpose')
    .option('--json', 'print one JSON object: pairs')
    .addHelpText('after', HELP)
    .action((options: LinkabilityOptions) => run(() => linkability(options, context)))
}

async function linkability({ purpose, json }: LinkabilityOptions, context: CliContext): Promise<ExitCode> {
  const [{ soundPolicy }, { linkabilityOf }, { formatLinks }] = await Promise.all([
    import('./sound-policy.ts'),
    import('../policy/linkability.ts'),
    import('./format-links.ts'),
  ])
  const { policy, dataModel } = await soundPolicy(context)
  if (purpose !== undefined && !policy.purposes.has(purpose))
    throw new ExpectedFailure(`the policy has no purpose \`${purpose}\``)
  const links = linkabilityOf(policy, dataModel).filter(
    ({ purposes }: Link) => purpose === undefined || purposes.includes(purpose),
  )
  if (json) context.out(JSON.stringify({ pairs: links, policy: policy.hash }, null, 2))
  else for (const line of formatLinks(links, context.colour)) context.out(line)
  return 0
}
