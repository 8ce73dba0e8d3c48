import { exportedOrigins } from '../audit/export/exported-origins.ts'
import { verifyFolder } from '../audit/export/verify-folder.ts'
import type { LogVerification } from '../audit/verify/verify-log.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { wholeNumber } from './audit-origin.ts'
import { readKeys } from './audit-trust.ts'
import { printVerification } from './audit-verification-text.ts'
import type { VerifyOptions } from './audit-verify-options.ts'
import type { CliContext, ExitCode } from './command.ts'
import { createProgressBar } from './progress-bar.ts'

/** `audit verify FOLDER`. @throws ExpectedFailure */
export async function verifyExport(
  folder: string,
  options: VerifyOptions,
  context: CliContext,
): Promise<ExitCode> {
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
  printVerification(all, options.json === true, context)
  return all.findingCount > 0 ? 1 : 0
}
