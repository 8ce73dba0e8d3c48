import { InvalidArgumentError, Option } from 'commander'
import { actorOf, withAuditSession } from './audit-session.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface EraseFlags {
  readonly subject: { readonly model: string; readonly key: string }
  readonly reason?: string
  readonly json?: boolean
}

const HELP = `
The records stay as they are and every proof of them still holds, but nothing says any more that they are about this
subject. It cannot be undone. That it was done goes on record, under the commitment of the subject and without its key.

A gateway that served the subject in the last 30 seconds may use the old commitment for as long again.

Exit code: 0 erased, 1 there was nothing to erase, 2 it could not be done.

Examples:
  $ purpose-gateway audit erase --subject Customer:1017 --reason "request 2026-114"`

export const addAuditErase: AddCommand = (audit, context, run) => {
  audit
    .command('erase')
    .summary('unlink a data subject from all its records')
    .description('Deletes the salt that joins a data subject to its records.')
    .addOption(
      new Option('--subject <model:key>', 'the data subject: model and primary key')
        .argParser(subjectOf)
        .makeOptionMandatory(),
    )
    .option('--reason <text>', 'kept on the record; name no person in it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((flags: EraseFlags) => run(() => erase(flags, context)))
}

async function erase({ subject, reason, json }: EraseFlags, context: CliContext): Promise<ExitCode> {
  const { eraseSubject } = await import('../audit/erase-subject.ts')
  const index = await withAuditSession(context, (session) =>
    eraseSubject(session, { subject, justification: reason, at: context.now(), ...actorOf('audit erase') }),
  )
  const erased = index !== undefined
  if (json) context.out(JSON.stringify({ erased, index: erased ? Number(index) : null }))
  else
    context.out(
      erased
        ? `erased: nothing joins the subject to its records any more (on record at index ${index})`
        : 'there is nothing to erase: the log knows no such subject',
    )
  return erased ? 0 : 1
}

function subjectOf(value: string): EraseFlags['subject'] {
  const [, model, key] = /^([A-Za-z_]\w*):(.+)$/s.exec(value) ?? []
  if (model === undefined || key === undefined)
    throw new InvalidArgumentError('It is a model and a key, such as Customer:1017.')
  return { model, key }
}
