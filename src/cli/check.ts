import type { AddCommand, CliContext, ExitCode } from './command.ts'

const HELP = `
It reads the directives of purpose-gateway and every *.graphql file in SCHEMA_DIR (default: schema), and the Prisma
data model PRISMA_SCHEMA (default: prisma/schema.prisma). It needs no database and no other configuration.

Each finding is one line, with where it is, how grave it is, and a permanent id:
  schema/customers.graphql:12:3  MUST    PG101  …
  MUST    the gateway does not start on it
  SHOULD  works, but somebody should look at it
A review that is more than twelve months old is a MUST as well, though the gateway starts; after thirteen months it refuses
the purpose. Days are days of UTC.
Fields that lists can be filtered by, and with which no index begins, are counted; --indexes lists them as findings.

Exit code: 0 no finding of severity MUST, 1 at least one, 2 the policy could not be read.

Examples:
  $ purpose-gateway check
  $ SCHEMA_DIR=crm/schema PRISMA_SCHEMA=crm/schema.prisma purpose-gateway check
  $ purpose-gateway check --json | jq '.findings[].id'`

export const addCheck: AddCommand = (program, context, run) => {
  program
    .command('check')
    .summary('check the policy and list every finding')
    .description(
      'Checks the policy: everything that SCHEMA_DIR says about purposes, and whether it fits the data model.',
    )
    .option('--json', 'print one JSON object: findings, counts, and the policy hash')
    .option('--indexes', 'list the fields that lists can be filtered by and that no index begins with')
    .addHelpText('after', HELP)
    .action((options: Options) => run(() => check(options, context)))
}

interface Options {
  readonly json?: boolean
  readonly indexes?: boolean
}

async function check({ json, indexes }: Options, context: CliContext): Promise<ExitCode> {
  const [{ loadPolicy }, { dayOf }] = await Promise.all([
    import('./load-policy.ts'),
    import('../policy/calendar-date.ts'),
  ])
  const { policy, asked, ...compiled } = await loadPolicy(context, dayOf(context.now()))
  const findings = indexes ? [...compiled.findings, ...asked] : compiled.findings
  const must = findings.filter(({ severity }) => severity === 'MUST').length
  if (json) {
    const { length } = findings
    context.out(
      JSON.stringify({ findings, must, should: length - must, policy: policy?.hash ?? null }, null, 2),
    )
  } else {
    const { counted, formatFindings, summaryOf } = await import('./format-findings.ts')
    for (const line of formatFindings(findings, context.colour)) context.out(line)
    if (!indexes && asked.length > 0)
      context.out(
        `lists of ${counted(asked.length, 'type')} can be filtered by fields without an index; \`check --indexes\` lists them`,
      )
    context.out(summaryOf(findings, policy))
  }
  return must > 0 ? 1 : 0
}
