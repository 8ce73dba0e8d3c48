import type { Batch } from './batch.ts'
import type { Session } from './session.ts'
import { storable } from './storable.ts'

/** Where a batch stands: the place of its first record; the others follow without a gap. */
export interface Place {
  /** Name of the log's origin; undefined until a gateway with a key has started. */
  readonly origin: string | undefined
  /** Within the origin, from 0: the leaf index of RFC 6962. */
  readonly index: bigint
}

/**
 * Appends a batch in one statement, which is one transaction: take the head, assign indices, insert, fold the leaf hashes
 * into the tree, move the head (`gateway.append_batch`, in the migration). One round trip and one fsync; and since the lock
 * on the head never outlives a statement, a gateway that stalls or dies cannot hold up the others. The server folds, because
 * only who holds the lock knows the frontier: gateways that folded by themselves would have to try again whenever another one
 * was faster, and the slowest might never get through. When it returns, the batch is durable. When it throws, the batch is in
 * the log wholly or not at all, and `findBatch` says which.
 *
 * Where `synchronous_commit` is not `on`, nothing is inserted and it throws. A batch that is in the log already violates
 * the unique index on `batch` and changes nothing.
 */
export async function insertBatch(session: Pick<Session, 'query'>, batch: Batch): Promise<Place> {
  const { records } = batch
  let start = 1
  const starts = records.map(({ bytes }) => {
    const at = start
    start += bytes.length
    return at
  })
  const result = await session.query<PlaceRow>({
    name: 'audit_commit',
    text: COMMIT,
    values: [
      batch.id,
      Buffer.concat(records.map((r) => r.leafHash)),
      Buffer.concat(records.map((r) => r.bytes)),
      `{${starts.join(',')}}`,
      `{${records.map((r) => r.bytes.length).join(',')}}`,
      `{${records.map((r) => r.at).join(',')}}`,
      records.map((r) => r.outcome),
      records.map((r) => copyOf(r.purpose)),
      records.map((r) => copyOf(r.subject)),
      records.map((r) => copyOf(r.app)),
    ],
  })
  const row = result.rows[0]
  if (row === undefined) throw new Error('the session does not commit synchronously')
  return placeOf(row)
}

/** Where the batch stands, or undefined where it is not (or not yet) in the log. */
export async function findBatch(session: Session, id: string): Promise<Place | undefined> {
  const result = await session.query<PlaceRow>({ name: 'audit_lookup', text: LOOKUP, values: [id] })
  const row = result.rows[0]
  return row && placeOf(row)
}

interface PlaceRow {
  readonly index: string
  readonly origin: string | null
}

const placeOf = ({ index, origin }: PlaceRow): Place => ({
  index: BigInt(index),
  origin: origin ?? undefined,
})

const COMMIT = 'SELECT * FROM gateway.append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)'

const LOOKUP = `SELECT r.index - coalesce(o.first_index, 0) AS index, o.origin
  FROM gateway.access_record AS r LEFT JOIN LATERAL (
    SELECT first_index, origin FROM gateway.log_origin WHERE first_index <= r.index ORDER BY number DESC LIMIT 1
  ) AS o ON true
  WHERE r.batch = $1`

const copyOf = (text: string | undefined): string | null => (text === undefined ? null : storable(text))
