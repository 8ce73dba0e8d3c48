import type { Pool } from 'pg'
import { formatVerifier } from './audit/note/note-key.ts'
import { openCheckpointFolder } from './audit/signing/checkpoint-folder.ts'
import { openCheckpointKeys } from './audit/signing/checkpoint-keys.ts'
import { type Checkpointer, startCheckpointer } from './audit/signing/checkpointer.ts'
import { KeyRefused } from './audit/signing/open-origin.ts'
import type { Config } from './config.ts'
import { ExpectedFailure } from './expected-failure.ts'

export interface SigningParts {
  readonly config: Pick<Config, 'audit' | 'dataDir'>
  readonly auditor: Pool
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** One line for the person who started the gateway. */
  log(line: string): void
}

/**
 * Starts to sign checkpoints of the log. Undefined: this gateway does not, which it has said. To be opened before the log and
 * closed after it, so that the last records are signed. Throws `ExpectedFailure` and `KeyRefused` for keys that do not fit.
 */
export async function openSigning({
  config,
  auditor,
  instance,
  now,
  log,
}: SigningParts): Promise<Pick<Checkpointer, 'fault' | 'close'> | undefined> {
  const { checkpointKey: key, checkpointKeyFile: keyFile, checkpointDir, deadlineMs } = config.audit
  const signers = await openCheckpointKeys({ key, keyFile, dataDir: config.dataDir }).catch(
    (error: Error) => {
      throw new ExpectedFailure(error.message)
    },
  )
  const checkpointer = await startCheckpointer({
    pool: auditor,
    signers,
    instance,
    stepMs: Math.max(1_000, deadlineMs),
    folder: checkpointDir === undefined ? undefined : openCheckpointFolder(checkpointDir),
    now,
    note: log,
  }).catch((error: unknown) => {
    // A key that was made in another DATA_DIR: for trying things out the log may go unsigned, and it is said.
    if (!(error instanceof KeyRefused) || key !== undefined || keyFile !== undefined) throw error
    log(`the log is not signed by this gateway: ${error.message}`)
    return undefined
  })
  if (checkpointer) log(`the log is signed by ${formatVerifier(checkpointer.origin.signer.verifier)}`)
  return checkpointer
}
