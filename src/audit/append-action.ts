import type { Access } from './access.ts'
import { insertBatch, type Place, placeOf } from './insert-batch.ts'
import { leafHash } from './leaf.ts'
import { encodeRecords } from './record.ts'
import { recordId } from './record-id.ts'
import type { Session } from './session.ts'

/** Puts an access on record within a transaction that the caller commits: outside the queue, for what happens once in a while. */
export async function appendAction(
  session: Pick<Session, 'query'>,
  access: Access,
  context: { readonly instance: string; readonly commitments: readonly string[] },
): Promise<Place> {
  const { at, outcome, purpose, principal } = access
  const encoded = encodeRecords(access, { id: recordId(), folded: undefined, ...context })
  const columns = { at, outcome, purpose, subject: principal?.subject, app: principal?.app }
  const records = encoded.map((bytes) => ({ bytes, leafHash: leafHash(bytes), ...columns }))
  return placeOf(await insertBatch(session, { id: recordId(), records }))
}
