import { readdir } from 'node:fs/promises'
import { ExpectedFailure } from '../expected-failure.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'

interface ExportOptions {
  readonly json?: boolean
}

const HELP = `
The folder gets one folder for each origin, with the files of C2SP tlog-tiles: checkpoint, tile/<L>/<N>, tile/entries/<N>; and
key, the verifier key. What is newer than the newest checkpoint is left out. The records are in it: keep it as you keep the log.

It is verified without a database by "purpose-gateway audit verify FOLDER", or by any program that knows the format.

Exit code: 0 exported, 2 it could not be done.

Example:
  $ purpose-gateway audit export /mnt/audit-2026-11`

export const addAuditExport: AddCommand = (program, context, run) => {
  program
    .command('export')
    .summary('write the log to a folder that verifies offline')
    .description('Writes the log as static files that anybody can verify.')
    .argument('<folder>', 'made when it is missing; must be empty')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((folder: string, options: ExportOptions) => run(() => exportLog(folder, options, context)))
}

async function exportLog(folder: string, options: ExportOptions, context: CliContext): Promise<ExitCode> {
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new ExpectedFailure(`the folder is not empty: ${folder}`)
  const [{ inSnapshot }, { exportOrigin }, { logTables }, { createProgressBar }] = await Promise.all([
    import('./audit-snapshot.ts'),
    import('../audit/export/export-origin.ts'),
    import('../audit/verify/log-tables.ts'),
    import('./progress-bar.ts'),
  ])
  const bar = createProgressBar(context.now)
  const exported = await inSnapshot(context, async (client) => {
    const tables = logTables(client)
    const done = []
    for (const origin of await tables.origins()) {
      const checkpoint = await tables.newestCheckpoint(origin.number)
      if (checkpoint === undefined) continue
      const result = await exportOrigin({ client, origin, checkpoint, folder, onProgress: bar.show })
      done.push({ origin: origin.origin, size: checkpoint.size, ...result })
    }
    return done
  }).finally(bar.end)
  if (exported.length === 0) throw new ExpectedFailure('nothing of the log is signed yet')
  if (options.json) context.out(JSON.stringify({ origins: exported }, null, 2))
  else
    for (const { origin, records, size, prunedBundles } of exported) {
      const pruned = prunedBundles > 0 ? `, ${prunedBundles} bundles are pruned` : ''
      context.out(`${origin}: ${records} of ${size} records${pruned}`)
    }
  return 0
}
