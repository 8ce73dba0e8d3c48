import type { Batch } from './batch.ts'
import { CURRENT_HEAD } from './current-head.ts'
import type { Session } from './session.ts'
import { storable } from './storable.ts'

/** Where a batch stands: the place of its first record; the others follow without a gap. */
export interface Place {
  /** Name of the log's origin; undefined until a gateway with a key has started. */
  readonly origin: string | undefined
  /** Within the origin, from 0: the leaf index of RFC 6962. */
  readonly index: bigint
}

/** The end of the log: what the next batch is appended to. */
export interface Head {
  /** Records of all origins. */
  readonly size: number
  /** The open origin: its number, its name once a gateway with a key has started, and the index of its first record. */
  readonly number: number
  readonly origin: string | undefined
  readonly firstIndex: number
  /** Of the open origin's tree: the roots of its complete subtrees, left to right. */
  readonly frontier: Buffer
}

export interface Appended {
  /** Size of the log before. */
  readonly from: number
  readonly head: Head
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
export async function insertBatch(session: Pick<Session, 'query'>, batch: Batch): Promise<Appended> {
  const leaves = Buffer.concat(batch.records.map((record) => record.leafHash))
  const { rows } = await session.query<HeadRow>({
    name: 'audit_commit',
    text: 'SELECT * FROM gateway.append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    values: [batch.id, leaves, ...columnsOf(batch)],
  })
  const [row] = rows
  if (row === undefined) throw new Error('the session does not commit synchronously')
  const from = Number(row.size)
  return {
    from,
    head: {
      size: from + batch.records.length,
      number: row.number,
      origin: row.origin ?? undefined,
      firstIndex: Number(row.first_index),
      frontier: row.frontier,
    },
  }
}

/**
 * The same for a caller who has folded the batch into the frontier of `head`, where that is the head still: a third less
 * work for the server. False: it is not, or the session does not commit synchronously; nothing was inserted.
 *
 * @param frontier that of the tree with the batch; no node of a kept level may become complete
 */
export async function extendHead(
  session: Pick<Session, 'query'>,
  { size, number }: Head,
  batch: Batch,
  frontier: Buffer,
): Promise<boolean> {
  const { rowCount } = await session.query({
    name: 'audit_extend',
    text: EXTEND,
    values: [batch.id, frontier, ...columnsOf(batch), size, number],
  })
  return rowCount === 1
}

const EXTEND = `WITH head AS (
    UPDATE gateway.log_head SET size = $11::bigint + cardinality($4::int[]), frontier = $2::bytea
    WHERE ctid = (SELECT ctid FROM ${CURRENT_HEAD})
      AND size = $11::bigint AND origin = $12 AND current_setting('synchronous_commit') = 'on'
    RETURNING origin
  ), kept AS (
    INSERT INTO gateway.access_record (index, at, batch, outcome, purpose, subject, app, record)
    SELECT $11::bigint + r.n - 1, to_timestamp(r.at / 1000.0), CASE WHEN r.n = 1 THEN $1::uuid END,
      r.outcome, r.purpose, r.subject, r.app, substring($3::bytea FROM r.start FOR r.length)
    FROM head, unnest($4::int[], $5::int[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::text[])
      WITH ORDINALITY AS r(start, length, at, outcome, purpose, subject, app, n)
  )
  SELECT FROM head`

/** Where the batch stands, or undefined where it is not (or not yet) in the log. */
export async function findBatch(session: Session, id: string): Promise<Place | undefined> {
  const result = await session.query<PlaceRow>({ name: 'audit_lookup', text: LOOKUP, values: [id] })
  const row = result.rows[0]
  return row && { index: BigInt(row.index), origin: row.origin ?? undefined }
}

export function placeOf({ from, head }: Appended): Place {
  return { origin: head.origin, index: BigInt(from - head.firstIndex) }
}

interface HeadRow {
  readonly size: string
  readonly number: number
  readonly first_index: string
  readonly frontier: Buffer
  readonly origin: string | null
}

interface PlaceRow {
  readonly index: string
  readonly origin: string | null
}

const LOOKUP = `SELECT r.index - coalesce(o.first_index, 0) AS index, o.origin
  FROM gateway.access_record AS r LEFT JOIN LATERAL (
    SELECT first_index, origin FROM gateway.log_origin WHERE first_index <= r.index ORDER BY number DESC LIMIT 1
  ) AS o ON true
  WHERE r.batch = $1`

/** The records end to end, where each begins and how long it is, and what reviewers search by. */
function columnsOf({ records }: Batch): readonly unknown[] {
  let start = 1
  const starts = records.map(({ bytes }) => {
    const at = start
    start += bytes.length
    return at
  })
  return [
    Buffer.concat(records.map((r) => r.bytes)),
    `{${starts.join(',')}}`,
    `{${records.map((r) => r.bytes.length).join(',')}}`,
    `{${records.map((r) => r.at).join(',')}}`,
    records.map((r) => r.outcome),
    records.map((r) => copyOf(r.purpose)),
    records.map((r) => copyOf(r.subject)),
    records.map((r) => copyOf(r.app)),
  ]
}

const copyOf = (text: string | undefined): string | null => (text === undefined ? null : storable(text))
