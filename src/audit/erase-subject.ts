import type { SubjectKey } from './access.ts'
import { accessOfAction } from './action.ts'
import { appendAction } from './append-action.ts'
import { commitment } from './commitment.ts'
import type { Session } from './session.ts'

export interface EraseOptions {
  readonly subject: SubjectKey
  readonly by: { readonly subject: string; readonly app: string }
  readonly justification: string | undefined
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * Deletes the salt of a data subject, so that nothing joins the subject to its records any more, and puts that on record
 * in the same transaction, under the commitment that the records have and nobody can make again. Answers the index of
 * that record in its origin, or undefined where there is nothing to erase. After a throw the session must be destroyed; then
 * either both has happened or nothing, and asking again finds out.
 */
export async function eraseSubject(session: Session, options: EraseOptions): Promise<bigint | undefined> {
  const { model, key } = options.subject
  await session.query({ text: 'BEGIN' })
  const { rows } = await session.query<{ salt: Buffer }>({
    text: 'DELETE FROM gateway.subject_salt WHERE model = $1 AND key = $2 RETURNING salt',
    values: [model, key],
  })
  const [row] = rows
  if (!row) {
    await session.query({ text: 'ROLLBACK' })
    return undefined
  }
  const access = accessOfAction({ kind: 'erasure', salts: rows.length }, options)
  const commitments = [commitment(row.salt, key)]
  const { index } = await appendAction(session, access, { instance: options.instance, commitments })
  await session.query({ text: 'COMMIT' })
  return index
}
