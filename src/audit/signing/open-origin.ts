import { accessOfAction } from '../action.ts'
import { appendAction } from '../append-action.ts'
import { formatVerifier, type Signer } from '../note/note-key.ts'
import type { Session } from '../session.ts'
import { signUpToHead } from './sign-up-to-head.ts'
import { lastCheckpoint, type SignedOrigin, signedState } from './signed-state.ts'
import { underSignersLock } from './signers-lock.ts'

/** The key does not belong to the log; the message is for the operator. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}

export interface OpenOriginOptions {
  /** The first signs; the others are former keys. */
  readonly signers: readonly [Signer, ...Signer[]]
  readonly instance: string
  /** Milliseconds since the epoch. */
  now(): number
}

/**
 * The origin that is open, with the key that signs it: begins the first one of a log, and where the open one was signed by a
 * former key, closes it with a final checkpoint and begins the next one, whose first record holds that checkpoint. All of
 * that is one transaction, under the head: no record can come between the final checkpoint and the end.
 *
 * @throws KeyRefused, LogAltered; the session must be destroyed then
 */
export async function openOrigin(session: Session, options: OpenOriginOptions): Promise<SignedOrigin> {
  const origin = await underSignersLock(session, { wait: true }, () => open(session, options))
  if (!origin) throw new Error('the signers of the log could not be waited for')
  return origin
}

async function open(session: Session, options: OpenOriginOptions): Promise<SignedOrigin> {
  const [signer, ...former] = options.signers
  const current = await currentOrigin(session)
  if (current.key === undefined) return begin(session, signer)
  if (current.key === formatVerifier(signer.verifier)) return { ...current, signer }
  const old = former.find(({ verifier }) => formatVerifier(verifier) === current.key)
  if (!old)
    throw new KeyRefused(
      `the open origin of the log, \`${current.name}\`, is signed by another key: put that key after the new one, and it is closed`,
    )
  const known = await session.query({
    text: 'SELECT FROM gateway.log_origin WHERE origin = $1 OR verifier_key = $2',
    values: [signer.name, formatVerifier(signer.verifier)],
  })
  if (known.rowCount !== 0)
    throw new KeyRefused(
      'the key, or one of its name, has signed a former origin, which stays closed; make a new one',
    )
  return rotate(session, { ...current, signer: old }, options)
}

async function rotate(
  session: Session,
  old: SignedOrigin,
  options: OpenOriginOptions,
): Promise<SignedOrigin> {
  const state = await signedState(session, old)
  // Most of the log is read back before the others have to wait.
  const before = await signUpToHead(session, old, state)
  await session.query({ text: 'SELECT size FROM gateway.log_head FOR UPDATE' })
  const final =
    (await signUpToHead(session, old, state, { evenIfEmpty: before === undefined })) ??
    before ??
    (await lastCheckpoint(session, old.number))
  if (!final) throw new Error('an origin without a checkpoint cannot be closed')
  const next = await begin(session, options.signers[0])
  const action = {
    kind: 'origin',
    checkpoint: final.note,
    previous: { origin: old.signer.name, size: final.size },
  } as const
  const by = { subject: 'gateway', app: 'purpose-gateway' }
  const access = accessOfAction(action, { at: options.now(), by })
  await appendAction(session, access, { instance: options.instance, commitments: [] })
  return next
}

async function begin(session: Session, signer: Signer): Promise<SignedOrigin> {
  const { rows } = await session.query<{ number: number }>({
    text: 'SELECT gateway.begin_origin($1, $2) AS number',
    values: [signer.name, formatVerifier(signer.verifier)],
  })
  const { firstIndex } = await currentOrigin(session)
  return { number: rows[0]?.number ?? 0, firstIndex, signer }
}

/** `key` undefined: the log has not been signed yet. */
async function currentOrigin(session: Session) {
  const { rows } = await session.query<{
    number: number
    first_index: string
    name: string | null
    key: string | null
  }>({
    text: `SELECT h.origin AS number, h.first_index, o.origin AS name, o.verifier_key AS key
      FROM gateway.log_head AS h LEFT JOIN gateway.log_origin AS o ON o.number = h.origin`,
  })
  const row = rows[0]
  if (!row) throw new Error('the log has no head')
  return {
    number: row.number,
    firstIndex: Number(row.first_index),
    name: row.name ?? undefined,
    key: row.key ?? undefined,
  }
}
