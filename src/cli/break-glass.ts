import type { ReviewedUse, ReviewOutcome } from '../audit/break-glass-reviews.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import { withLogOwner } from './log-owner.ts'

const HELP = `
A use begins when somebody without a role of a purpose is let in, because the purpose says breakGlass in the policy. What
was read under it is in the access log: its records carry the id of the use as "breakGlass".

Who has a use that nobody has reviewed by its deadline breaks no glass again until somebody has. Nobody reviews their own.

Both commands work on the database of the log, as its owner: AUDIT_DATABASE_URL, else DATABASE_URL, else the database of
the gateway that runs on DATA_DIR.

Exit code: 0 done, 1 a use is past its deadline (list), 2 misuse, or it could not be done.

Examples:
  $ purpose-gateway break-glass list
  $ purpose-gateway break-glass list --all --json
  $ purpose-gateway break-glass review 019a… --by "Mette Holm" --note "asked the bank; the transfer was stopped"`

export const addBreakGlass: AddCommand = (program, context, run) => {
  const command = program
    .command('break-glass')
    .summary('list uses of break-glass, and put reviews of them on record')
    .description('Who was let in without a role of the purpose, why, and who has looked at it since.')
    .addHelpText('after', HELP)
  command
    .command('list')
    .description('Lists the uses that wait for a review, the nearest deadline first.')
    .option('--all', 'reviewed ones too')
    .option('--json', 'print one JSON object')
    .action((options: { all?: boolean; json?: boolean }) => run(() => list(options, context)))
  command
    .command('review')
    .description('Puts on record that somebody has looked at a use.')
    .argument('<id>', 'the use')
    .requiredOption('--by <name>', 'who reviewed it; not who made it')
    .requiredOption('--note <text>', 'what they found')
    .option('--json', 'print one JSON object')
    .action((id: string, options: ReviewOptions) => run(() => review(id, options, context)))
}

async function list(options: { all?: boolean; json?: boolean }, context: CliContext): Promise<ExitCode> {
  const { breakGlassUses } = await import('../audit/break-glass-reviews.ts')
  const uses = await withLogOwner(context, (owner) => breakGlassUses(owner, { all: options.all === true }))
  const overdue = uses.filter(({ state }) => state === 'overdue').length
  if (options.json) context.out(JSON.stringify({ uses, overdue }, null, 2))
  else {
    for (const use of uses) for (const line of linesOf(use)) context.out(line)
    context.out(`${uses.length} ${uses.length === 1 ? 'use' : 'uses'}, ${overdue} past the deadline`)
  }
  return overdue > 0 ? 1 : 0
}

function linesOf(use: ReviewedUse): readonly string[] {
  const { review } = use
  return [
    `${use.id}  ${use.state.padEnd(10)}  ${use.purpose}  ${use.subject} (${use.app}; ${use.roles.join(', ')})`,
    `  opened ${use.openedAt}, closes ${use.closesAt}, to be reviewed by ${use.reviewBy}`,
    `  why: ${use.justification}`,
    ...(review ? [`  reviewed ${review.at} by ${review.by}: ${review.note}`] : []),
  ]
}

interface ReviewOptions {
  readonly by: string
  readonly note: string
  readonly json?: boolean
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

async function review(id: string, { by, note, json }: ReviewOptions, context: CliContext): Promise<ExitCode> {
  if (!UUID.test(id)) throw new ExpectedFailure('the id of a use is a UUID, as `break-glass list` shows it')
  if (by.trim() === '' || note.trim() === '')
    throw new ExpectedFailure('`--by` and `--note` must say something')
  const { recordReview } = await import('../audit/break-glass-reviews.ts')
  const outcome = await withLogOwner(context, (owner) => recordReview(owner, { id, by, note }))
  if (outcome !== 'recorded') throw new ExpectedFailure(REFUSALS[outcome])
  context.out(json ? JSON.stringify({ reviewed: id }) : `reviewed ${id}`)
  return 0
}

const REFUSALS: Readonly<Record<Exclude<ReviewOutcome, 'recorded'>, string>> = {
  unknown: 'there is no use of this id',
  already: 'the use was reviewed before; a review is not changed',
  own: 'nobody reviews a use of their own',
}
