import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { CURRENT_HEAD } from '../current-head.ts'
import { keepSession } from '../kept-session.ts'
import type { Session } from '../session.ts'
import type { CompactRange } from '../tree/compact-range.ts'
import type { CheckpointFolder } from './checkpoint-folder.ts'
import { LogAltered } from './log-altered.ts'
import { type OpenOriginOptions, openOrigin } from './open-origin.ts'
import { signUpToHead } from './sign-up-to-head.ts'
import { lastCheckpoint, type SignedOrigin, signedState } from './signed-state.ts'
import { underSignersLock } from './signers-lock.ts'

/** A checkpoint is due a second after a record; half of that is left for reading back and for a busy machine. */
const LOOK_EVERY_MS = 400

export interface CheckpointerOptions extends OpenOriginOptions {
  readonly pool: Pool
  /** Longest wait for one statement. */
  readonly stepMs: number
  /** Where each checkpoint is copied to. */
  readonly folder?: CheckpointFolder | undefined
  /** Told once of each thing that keeps checkpoints from being made. */
  note(message: string): void
}

export interface Checkpointer {
  readonly origin: SignedOrigin
  /** Why nothing is signed any more: the stored log is not what was committed. */
  readonly fault: string | undefined
  /** Signs what is new, once, and ends. */
  close(): Promise<void>
}

/**
 * Signs checkpoints: every 400 ms it looks whether there are new records, whoever wrote them, and where no other gateway is
 * at it, reads them back, hashes them and signs. When a gateway is killed, another one signs what it left. A log that does not
 * hash to what was committed is never signed again by this process; that is told, and requests go on: their records are
 * still kept.
 *
 * @throws KeyRefused, LogAltered at once, where the log cannot be signed as it is
 */
export async function startCheckpointer(options: CheckpointerOptions): Promise<Checkpointer> {
  const { pool, stepMs, folder, note } = options
  let state: CompactRange | undefined
  let fault: string | undefined
  let told: string | undefined
  const session = keepSession(pool, stepMs, () => {
    state = undefined
  })
  const stop = new AbortController()

  const origin = await session.use((s) => openOrigin(s, options))

  async function sign(s: Session): Promise<void> {
    const last = await lastCheckpoint(s, origin.number)
    if ((await sizeOf(s, origin)) === (last?.size ?? 0)) return
    await underSignersLock(s, { wait: false }, async () => {
      const newest = (await lastCheckpoint(s, origin.number))?.size ?? 0
      if (state && newest < state.size)
        throw new LogAltered(
          `the log was signed at size ${state.size} and its newest checkpoint is of ${newest}`,
        )
      if (state?.size !== newest) state = await signedState(s, origin)
      const signed = await signUpToHead(s, origin, state)
      // Before the commit, under the lock, so that copies keep the order of checkpoints.
      if (signed) await copy(signed.note)
    })
  }

  /** A folder that cannot be written to is no reason to sign nothing. */
  async function copy(checkpoint: string): Promise<void> {
    try {
      await folder?.push(checkpoint, origin.signer.verifier)
    } catch (error) {
      if (error instanceof LogAltered) throw error
      tell('a checkpoint cannot be written to `CHECKPOINT_DIR`')
    }
  }

  function tell(message: string): void {
    if (message !== told) note(message)
    told = message
  }

  async function look(): Promise<void> {
    try {
      await session.use(sign)
    } catch (error) {
      if (!(error instanceof LogAltered)) return
      fault = error.message
      tell(`the access log was altered, and is not signed any more: ${error.message}`)
    }
  }

  // Nothing of ours may stay open when this refuses, so it is asked on the session like all else.
  await session.use(async (s) => {
    const least = (await folder?.leastSize(origin.signer.verifier)) ?? 0
    if (least > (await sizeOf(s, origin)))
      throw new LogAltered(`the log is shorter than the checkpoint of ${least} records in \`CHECKPOINT_DIR\``)
  })

  const running = (async () => {
    while (!stop.signal.aborted && fault === undefined) {
      await look()
      await pause(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()

  return {
    origin,
    get fault() {
      return fault
    },
    async close() {
      stop.abort()
      await running
      if (fault === undefined) await look()
      session.release()
    },
  }
}

async function sizeOf(session: Session, origin: SignedOrigin): Promise<number> {
  const { rows } = await session.query<{ size: string }>({
    name: 'audit_size',
    text: `SELECT size - first_index AS size FROM (SELECT * FROM ${CURRENT_HEAD}) AS head WHERE origin = $1`,
    values: [origin.number],
  })
  // Another gateway may have closed the origin, and signed it to its end.
  if (!rows[0]) return (await lastCheckpoint(session, origin.number))?.size ?? 0
  return Number(rows[0].size)
}
