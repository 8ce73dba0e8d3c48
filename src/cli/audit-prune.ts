import { InvalidArgumentError, Option } from 'commander'
import type { PruneOptions } from '../audit/prune-log.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import { isCalendarDate } from '../policy/calendar-date.ts'
import { actorOf, withAuditSession } from './audit-session.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface PruneFlags {
  readonly before: PruneOptions['before']
  readonly reason?: string
  readonly json?: boolean
}

const HELP = `
Only records that are older than AUDIT_RETENTION_DAYS, which must be set, go; only under a checkpoint that covers them; and
only whole blocks of 256. Their leaf hashes and all checkpoints stay, so what remains can be verified as before. It cannot be
undone, and it goes on record.

Exit code: 0 done, 1 there is nothing that may go, 2 it could not be done.

Examples:
  $ AUDIT_RETENTION_DAYS=1826 purpose-gateway audit prune --before 2021-01-01
  $ AUDIT_RETENTION_DAYS=1826 purpose-gateway audit prune --before 1000000`

export const addAuditPrune: AddCommand = (audit, context, run) => {
  audit
    .command('prune')
    .summary('delete records that need not be kept any longer')
    .description('Deletes the oldest records of the log, as far as the declared retention allows.')
    .addOption(
      new Option('--before <size|date>', 'up to this index over all origins, or this date (UTC)')
        .argParser(limitOf)
        .makeOptionMandatory(),
    )
    .option('--reason <text>', 'kept on the record')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((flags: PruneFlags) => run(() => prune(flags, context)))
}

async function prune({ before, reason, json }: PruneFlags, context: CliContext): Promise<ExitCode> {
  const parsed = parseConfig(context.env, context.cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  const { retentionDays } = parsed.config.audit
  if (retentionDays === undefined)
    throw new ExpectedFailure('set `AUDIT_RETENTION_DAYS`: without a declared retention nothing is deleted')
  const { pruneLog } = await import('../audit/prune-log.ts')
  const pruned = await withAuditSession(context, (session) =>
    pruneLog(session, {
      before,
      retentionDays,
      justification: reason,
      now: context.now(),
      ...actorOf('audit prune'),
    }),
  )
  if (json) context.out(JSON.stringify({ deleted: pruned?.deleted ?? 0, before: pruned?.before ?? null }))
  else
    context.out(
      pruned
        ? `pruned: ${pruned.deleted} records are gone, those from index ${pruned.before} on remain`
        : 'there is nothing that may go: too young, not covered by a checkpoint, or less than a block of 256',
    )
  return pruned ? 0 : 1
}

function limitOf(value: string): PruneOptions['before'] {
  if (/^\d{1,15}$/.test(value)) return { kind: 'size', size: Number(value) }
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(value) ? Date.parse(value) : Number.NaN
  // `Date.parse` alone takes 30 February for 2 March, and more would go than was said.
  if (Number.isNaN(at) || !isCalendarDate(value.slice(0, 10)))
    throw new InvalidArgumentError('It is a number of records, or a date such as 2021-01-01.')
  return { kind: 'date', at }
}
