import { InvalidArgumentError } from 'commander'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import type { RetentionOptions } from './run-retention.ts'

const HELP = `
A row is due when the period of its type's @retention has run out; it is served for no purpose since then. Rows about a
subject under a legal hold are counted apart and never touched.

--apply deletes or anonymises what is due, in batches. Each batch is on record in the access log, under the operator's name,
before it is committed. Rows that others still refer to wait, whatever their foreign key would do, and are reported. It
can be interrupted at any time: run it again.

It connects as the owner of DATABASE_URL (and AUDIT_DATABASE_URL); without it, to the embedded database of DATA_DIR, which
must not be in use by a gateway.

Exit code: 0 done, 1 some rows that are due wait for others, 2 misuse, or it could not be done.

Examples:
  $ purpose-gateway retention
  $ purpose-gateway retention --json | jq '.models[] | select(.due > 0)'
  $ purpose-gateway retention --apply --operator ane@example.dk --reason "yearly run 2026"`

export const addRetention: AddCommand = (program, context, run) => {
  program
    .command('retention')
    .summary('list what is past its retention, and delete or anonymise it')
    .description('Lists rows whose retention has run out, by model and law; with --apply, erases them.')
    .option('--apply', 'delete or anonymise what is due')
    .option('--operator <name>', 'who does it, for the record; required with --apply')
    .option('--reason <text>', 'why now, for the record')
    .option('--batch <rows>', 'rows at a time', batchSize, 500)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((options: RetentionOptions) => run(() => retention(options, context)))
}

async function retention(options: RetentionOptions, context: CliContext): Promise<ExitCode> {
  const operator = options.operator?.trim()
  if (options.apply && !operator)
    throw new ExpectedFailure('`--apply` needs `--operator`: who is to be on record')
  const parsed = parseConfig(context.env, context.cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  const [{ soundPolicy }, { runRetention }] = await Promise.all([
    import('./sound-policy.ts'),
    import('./run-retention.ts'),
  ])
  const { policy } = await soundPolicy(context)
  return runRetention({
    options: { ...options, operator: operator ?? '' },
    config: parsed.config,
    policy,
    context,
  })
}

function batchSize(text: string): number {
  const rows = Number(text)
  if (Number.isInteger(rows) && rows >= 1 && rows <= 10_000) return rows
  throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
}
