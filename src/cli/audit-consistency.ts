import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface ConsistencyOptions {
  readonly origin?: string
  readonly json?: boolean
}

const HELP = `
OLD and NEW are numbers of records of one origin. The proof is that of RFC 6962 section 2.1.2; it is verified before it is
printed. Compare the roots with those of checkpoints that you hold.

Exit code: 0 proved, 1 the stored tree does not prove it (see "audit verify"), 2 the log has no such sizes.

Example:
  $ purpose-gateway audit consistency 1000 250000 --json`

export const addAuditConsistency: AddCommand = (program, context, run) => {
  program
    .command('consistency')
    .summary('prove that a shorter log is the beginning of a longer one')
    .description('Proves that the log of OLD records is the beginning of the log of NEW records.')
    .argument('<old>', 'size of the shorter log')
    .argument('<new>', 'size of the longer log')
    .option('--origin <name>', 'which origin; without it the last one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((from: string, to: string, options: ConsistencyOptions) =>
      run(() => consistency(from, to, options, context)),
    )
}

async function consistency(
  from: string,
  to: string,
  options: ConsistencyOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { inSnapshot } = await import('./audit-snapshot.ts')
  const { signedOrigin, wholeNumber } = await import('./audit-origin.ts')
  const { consistencyProof, verifyConsistency } = await import('../audit/tree/consistency.ts')
  const { rangeRoot } = await import('../audit/tree/range-root.ts')
  const oldSize = wholeNumber(from)
  const newSize = wholeNumber(to)
  return inSnapshot(context, async (client): Promise<ExitCode> => {
    const { origin, checkpoint, read } = await signedOrigin(client, options.origin)
    if (oldSize > newSize) throw new ExpectedFailure('the old size is not larger than the new one')
    if (newSize > checkpoint.size)
      throw new ExpectedFailure(`the newest checkpoint covers ${checkpoint.size} records`)
    if (!(await rangeRoot(read, 0, checkpoint.size)).equals(checkpoint.root))
      throw new ExpectedFailure('the stored tree does not have the signed root; see `audit verify`', 1)
    const [oldRoot, newRoot] = [await rangeRoot(read, 0, oldSize), await rangeRoot(read, 0, newSize)]
    const proof = await consistencyProof(read, oldSize, newSize)
    if (!verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }))
      throw new ExpectedFailure('the stored tree does not prove it; see `audit verify`', 1)
    const result = {
      origin: origin.origin,
      oldSize,
      newSize,
      oldRoot: oldRoot.toString('base64'),
      newRoot: newRoot.toString('base64'),
      proof: proof.map((hash) => hash.toString('base64')),
    }
    if (options.json) context.out(JSON.stringify(result, null, 2))
    else {
      context.out(`the log of ${oldSize} records is the beginning of the log of ${newSize}: ${origin.origin}`)
      context.out(`old root   ${result.oldRoot}`)
      context.out(`new root   ${result.newRoot}`)
      for (const hash of result.proof) context.out(`path       ${hash}`)
    }
    return 0
  })
}
