import type { Batch } from './batch.ts'
import type { Session } from './session.ts'

/**
 * Appends a batch in one statement, which is one transaction: lock and move the head, assign indices, insert. One round
 * trip and one fsync; and since the lock on the head never outlives a statement, a gateway that stalls or dies cannot hold
 * up the others. Returns the index of the first record; the others follow without a gap. When it returns, the batch is
 * durable. When it throws, the batch is in the log wholly or not at all, and `findBatch` says which.
 *
 * Where `synchronous_commit` is not `on`, nothing is inserted and it throws. A batch that is in the log already violates
 * the unique index on `batch` and changes nothing.
 */
export async function insertBatch(session: Session, batch: Batch): Promise<bigint> {
  const { records } = batch
  let start = 1
  const starts = records.map(({ bytes }) => {
    const at = start
    start += bytes.length
    return at
  })
  const result = await session.query<{ first: string }>({
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
      records.map((r) => storable(r.purpose)),
      records.map((r) => storable(r.subject)),
      records.map((r) => storable(r.app)),
    ],
  })
  const first = result.rows[0]?.first
  if (first === undefined) throw new Error('the session does not commit synchronously')
  return BigInt(first)
}

/** The index of the batch's first record, or undefined where it is not (or not yet) in the log. */
export async function findBatch(session: Session, id: string): Promise<bigint | undefined> {
  const result = await session.query<{ index: string }>({
    name: 'audit_lookup',
    text: 'SELECT index FROM gateway.access_record WHERE batch = $1',
    values: [id],
  })
  const index = result.rows[0]?.index
  return index === undefined ? undefined : BigInt(index)
}

const COMMIT = `WITH head AS (
    UPDATE gateway.log_head SET size = size + cardinality($4::int[])
    WHERE single AND current_setting('synchronous_commit') = 'on'
    RETURNING size - cardinality($4::int[]) AS first
  ), inserted AS (
    INSERT INTO gateway.access_record (index, batch, leaf_hash, record, at, outcome, purpose, subject, app)
    SELECT head.first + r.n - 1, CASE WHEN r.n = 1 THEN $1::uuid END,
      substring($2::bytea FROM ((r.n - 1) * 32 + 1)::int FOR 32), substring($3::bytea FROM r.start FOR r.length),
      to_timestamp(r.at / 1000.0), r.outcome, r.purpose, r.subject, r.app
    FROM head CROSS JOIN unnest($4::int[], $5::int[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::text[])
      WITH ORDINALITY AS r(start, length, at, outcome, purpose, subject, app, n)
  )
  SELECT first FROM head`

const SEARCHED_CHARACTERS = 200

/** PostgreSQL's text holds no NUL; one request that carries one must not fail the commit of 255 others. */
function storable(text: string | undefined): string | null {
  return text === undefined ? null : text.slice(0, SEARCHED_CHARACTERS).replaceAll('\u0000', '\uFFFD')
}
