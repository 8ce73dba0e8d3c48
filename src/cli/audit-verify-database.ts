import { startBlockRoots } from '../audit/tree/start-block-roots.ts'
import { trustedKeys } from '../audit/verify/choose-keys.ts'
import { stateAtCheckpoint } from '../audit/verify/since-checkpoint.ts'
import { type VerifiedState, verifyLog } from '../audit/verify/verify-log.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import { inSnapshot } from './audit-snapshot.ts'
import { readState, writeState } from './audit-state.ts'
import { readCheckpoints, readKeys } from './audit-trust.ts'
import { printVerification } from './audit-verification-text.ts'
import type { VerifyOptions } from './audit-verify-options.ts'
import type { CliContext, ExitCode } from './command.ts'
import { createProgressBar } from './progress-bar.ts'

/** `audit verify` of the log in the database. @throws ExpectedFailure */
export async function verifyDatabase(options: VerifyOptions, context: CliContext): Promise<ExitCode> {
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
    const thread = startBlockRoots()
    return verifyLog({
      client,
      keys: trustedKeys(verifiers, witnessed),
      from,
      now: context.now(),
      rootsOf: thread?.rootsOf,
      onProgress: bar.show,
      async onState(state, findings) {
        // What is wrong is to be found again by the next run.
        clean &&= findings === 0
        if (stateFile !== undefined && clean) await writeState(stateFile, state)
      },
    }).finally(() => thread?.close())
  }).finally(bar.end)
  printVerification(result, options.json === true, context)
  return result.findingCount > 0 ? 1 : 0
}
