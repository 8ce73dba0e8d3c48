import type { Session } from '../session.ts'

/** Any number that nobody else takes. */
const SIGNERS_LOCK = 7_061_270_512_005

/**
 * Runs `work` in a transaction under the lock that only one signer of a log can hold. Undefined: another one holds it (`wait`:
 * never; it is waited for). The lock goes with the transaction, so one that is killed holds up nobody. After a throw the
 * session must be destroyed.
 */
export async function underSignersLock<T>(
  session: Session,
  options: { readonly wait: boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  await session.query({ text: 'BEGIN' })
  const { rows } = await session.query<{ held: boolean }>({
    text: options.wait
      ? `SELECT true AS held FROM pg_advisory_xact_lock(${SIGNERS_LOCK})`
      : `SELECT pg_try_advisory_xact_lock(${SIGNERS_LOCK}) AS held`,
  })
  const result = rows[0]?.held ? await work() : undefined
  await session.query({ text: 'COMMIT' })
  return result
}
