import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

const HELP = `
The name becomes the origin, the first line of every checkpoint: write the address under which the log is served, without
its scheme, and a part that no other key has. To change the key, put the new one first in CHECKPOINT_KEY and the
former one after it: a gateway that starts so closes the former origin and begins a new one.

Examples:
  $ purpose-gateway audit key --name gateway.example.dk/audit/2026`

export const addAuditKey: AddCommand = (audit, context, run) => {
  audit
    .command('key')
    .summary('make a key that signs checkpoints')
    .description(
      'Makes an Ed25519 key: the secret part for CHECKPOINT_KEY, the public one for who verifies the log.',
    )
    .requiredOption('--name <name>', 'of the key, and origin of the log that it signs')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((flags: { name: string; json?: boolean }) => run(() => key(flags, context)))
}

async function key({ name, json }: { name: string; json?: boolean }, context: CliContext): Promise<ExitCode> {
  const { formatVerifier, isKeyName, newSigner } = await import('../audit/note/note-key.ts')
  if (!isKeyName(name))
    throw new ExpectedFailure('the name of a key is not empty, and has no space and no `+` in it')
  const signer = newSigner(name)
  const verifierKey = formatVerifier(signer.verifier)
  if (json) context.out(JSON.stringify({ key: signer.encoded(), verifierKey }, null, 2))
  else {
    context.out(signer.encoded())
    context.err(`public: ${verifierKey}`)
  }
  return 0
}
