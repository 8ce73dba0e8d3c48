import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface ProveOptions {
  readonly origin?: string
  readonly json?: boolean
}

const HELP = `
INDEX is the one of a receipt: the record's place in its origin, from 0. The proof is the audit path of RFC 6962, from the leaf
to the root of the newest checkpoint; it is verified before it is printed. Any program that knows RFC 6962 and C2SP
tlog-checkpoint can verify it, with the verifier key of the log.

Exit code: 0 proved, 1 the stored tree does not prove it (see "audit verify"), 2 there is no such record, or nothing is signed.

Example:
  $ purpose-gateway audit prove 1017 --json`

export const addAuditProve: AddCommand = (program, context, run) => {
  program
    .command('prove')
    .summary('prove that a record is in the log')
    .description('Proves that a record is in the log, as the newest checkpoint signs it.')
    .argument('<index>', 'of the record in its origin')
    .option('--origin <name>', 'which origin; without it the last one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((index: string, options: ProveOptions) => run(() => prove(index, options, context)))
}

async function prove(text: string, options: ProveOptions, context: CliContext): Promise<ExitCode> {
  const { inSnapshot } = await import('./audit-snapshot.ts')
  const { signedOrigin, wholeNumber } = await import('./audit-origin.ts')
  const { inclusionProof, verifyInclusion } = await import('../audit/tree/inclusion.ts')
  const index = wholeNumber(text)
  return inSnapshot(context, async (client): Promise<ExitCode> => {
    const { origin, checkpoint, read } = await signedOrigin(client, options.origin)
    const { size, root, note } = checkpoint
    if (index >= size) throw new ExpectedFailure(`the newest checkpoint covers ${size} records`)
    const leafHash = await read(0, index)
    const proof = await inclusionProof(read, index, size)
    if (!verifyInclusion({ index, size, leafHash, root, proof }))
      throw new ExpectedFailure('the stored tree does not have the signed root; see `audit verify`', 1)
    const hashes = proof.map((hash) => hash.toString('base64'))
    const leaf = Buffer.from(leafHash).toString('base64')
    if (options.json)
      context.out(
        JSON.stringify(
          { origin: origin.origin, index, size, leafHash: leaf, proof: hashes, checkpoint: note },
          null,
          2,
        ),
      )
    else {
      context.out(`record ${index} of ${origin.origin} is in the log of ${size} records`)
      context.out(`leaf hash  ${leaf}`)
      for (const hash of hashes) context.out(`path       ${hash}`)
      context.out(`\n${note.trimEnd()}`)
    }
    return 0
  })
}
