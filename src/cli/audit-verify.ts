import type { Finding } from '../audit/verify/finding.ts'
import type { LogVerification, VerifiedState } from '../audit/verify/verify-log.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import { listOption } from './list-option.ts'

interface VerifyOptions {
  readonly key: readonly string[]
  readonly checkpoint: readonly string[]
  readonly since?: string
  readonly state?: string
  readonly prunedBefore: string
  readonly json?: boolean
}

const HELP = `
Reads every record, hashes it, and compares the tree with the stored one and with all signed checkpoints. No stored hash is
believed. With a folder that "audit export" wrote, no database is needed.

What the log says of itself can be changed with it. So give what was kept elsewhere:
  --key         the verifier key of the log (name+id+base64), or a file of keys; without it the log's own key is taken
  --checkpoint  a checkpoint, or a folder of them (CHECKPOINT_DIR): a log that was cut back or forked since is found out

Large logs:
  --state FILE  remembers how far the log was verified; the next run, also after an interruption, goes on from there
  --since FILE  a checkpoint under which the log was verified before

Each finding names the first record that is wrong (from 0, over all origins) and what is wrong with it.

Exit code: 0 the log is what was signed, 1 findings, 2 it could not be verified.

Examples:
  $ purpose-gateway audit verify --key log.key --checkpoint /mnt/witness
  $ purpose-gateway audit verify --key log.key --state /var/lib/audit-state.json --json
  $ purpose-gateway audit verify /mnt/audit --key log.key`

export const addAuditVerify: AddCommand = (program, context, run) => {
  program
    .command('verify')
    .summary('verify the whole log, or what came since')
    .description('Verifies the log in the database, or one that was exported to a folder.')
    .argument('[folder]', 'an exported log; without it the log in the database')
    .addOption(listOption('--key <key>', 'a trusted verifier key, or a file of them; may be repeated'))
    .addOption(listOption('--checkpoint <path>', 'a checkpoint that was kept outside; may be repeated'))
    .option('--since <file>', 'verify only what came after this checkpoint')
    .option('--state <file>', 'go on from there, and remember there how far this run came')
    .option('--pruned-before <index>', 'of a folder: records below need not be there', '0')
    .option('--json', 'print one JSON object: findings and what was verified')
    .addHelpText('after', HELP)
    .action((folder: string | undefined, options: VerifyOptions) =>
      run(() =>
        folder === undefined ? verifyDatabase(options, context) : verifyExport(folder, options, context),
      ),
    )
}

async function verifyDatabase(options: VerifyOptions, context: CliContext): Promise<ExitCode> {
  const [
    { readCheckpoints, readKeys },
    { inSnapshot },
    { trustedKeys },
    { verifyLog },
    { stateAtCheckpoint },
  ] = await Promise.all([
    import('./audit-trust.ts'),
    import('./audit-snapshot.ts'),
    import('../audit/verify/choose-keys.ts'),
    import('../audit/verify/verify-log.ts'),
    import('../audit/verify/since-checkpoint.ts'),
  ])
  const { readState, writeState } = await import('./audit-state.ts')
  const { createProgressBar } = await import('./progress-bar.ts')
  const verifiers = await readKeys(options.key)
  const witnessed = await readCheckpoints([...options.checkpoint, ...(options.since ? [options.since] : [])])
  const { state: stateFile, since } = options
  if (stateFile !== undefined && since !== undefined)
    throw new ExpectedFailure('give `--state` or `--since`, not both')
  if (verifiers.length === 0)
    context.err('warning: no `--key` is given, so the log is believed about its own key')
  const bar = createProgressBar(context.now)
  const result = await inSnapshot(context, async (client) => {
    let from: VerifiedState | undefined = stateFile === undefined ? undefined : await readState(stateFile)
    if (since !== undefined) {
      const start = await stateAtCheckpoint(client, witnessed.at(-1) ?? '', verifiers)
      if (start.kind === 'unusable') throw new ExpectedFailure(start.why, 1)
      from = start.state
    }
    let clean = true
    return verifyLog({
      client,
      keys: trustedKeys(verifiers, witnessed),
      from,
      now: context.now(),
      onProgress: bar.show,
      async onState(state, findings) {
        // What is wrong is to be found again by the next run.
        clean &&= findings === 0
        if (stateFile !== undefined && clean) await writeState(stateFile, state)
      },
    })
  }).finally(bar.end)
  print(result, options.json === true, context)
  return result.findingCount > 0 ? 1 : 0
}

async function verifyExport(folder: string, options: VerifyOptions, context: CliContext): Promise<ExitCode> {
  const [{ wholeNumber }, { readKeys }, { verifyFolder }, { exportedOrigins }, { createProgressBar }] =
    await Promise.all([
      import('./audit-origin.ts'),
      import('./audit-trust.ts'),
      import('../audit/export/verify-folder.ts'),
      import('../audit/export/exported-origins.ts'),
      import('./progress-bar.ts'),
    ])
  // What is no number would be below no index, and every missing record allowed.
  const prunedBefore = wholeNumber(options.prunedBefore)
  const trusted = await readKeys(options.key)
  if (trusted.length === 0)
    context.err('warning: no `--key` is given, so the folder is believed about its own key')
  const origins = await exportedOrigins(folder)
  if (origins.length === 0) throw new ExpectedFailure(`no exported log is in the folder: ${folder}`)
  const bar = createProgressBar(context.now)
  const results: LogVerification[] = []
  for (const origin of origins) {
    const own = (await readKeys([origin.key]))[0]
    const verifier = trusted.length === 0 ? own : trusted.find(({ name }) => name === origin.name)
    if (verifier === undefined)
      throw new ExpectedFailure(`no trusted key is named like the origin: ${origin.name}`, 1)
    const { records, findings, findingCount, size, root } = await verifyFolder({
      folder: origin.folder,
      verifier,
      prunedBefore,
      onProgress: bar.show,
    })
    const confirmed = findingCount === 0 ? size : 0
    results.push({
      records,
      findings,
      findingCount,
      origins: [{ origin: verifier.name, size, confirmed, root }],
    })
  }
  bar.end()
  const all: LogVerification = {
    records: results.reduce((sum, { records }) => sum + records, 0),
    findings: results.flatMap(({ findings }) => findings),
    findingCount: results.reduce((sum, { findingCount }) => sum + findingCount, 0),
    origins: results.flatMap((one) => one.origins),
  }
  print(all, options.json === true, context)
  return all.findingCount > 0 ? 1 : 0
}

function print(result: LogVerification, json: boolean, context: CliContext): void {
  const { findings, findingCount, records } = result
  const origins = result.origins.map((one) => ({ ...one, root: one.root?.toString('base64') ?? null }))
  if (json) {
    context.out(JSON.stringify({ findings, findingCount, records, origins }, null, 2))
    return
  }
  for (const finding of findings) context.out(lineOf(finding))
  for (const { origin, size, confirmed } of origins)
    context.out(
      `${origin || 'unsigned log'}: ${size} records, ${confirmed} of them under a checkpoint that holds`,
    )
  context.out(
    `${records} records read, ${findingCount === 0 ? 'nothing is wrong' : `${findingCount} findings`}`,
  )
}

function lineOf({ kind, index, until, message }: Finding): string {
  const place =
    index === undefined
      ? ''
      : until === undefined || until === index + 1
        ? `record ${index}: `
        : `records ${index} to ${until - 1}: `
  return `${kind}  ${place}${message}`
}
