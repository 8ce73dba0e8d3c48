import type { ClientBase } from 'pg'
import { recordsOf, rowsSql } from './copy-format.ts'
import { copyOut } from './copy-out.ts'
import { inTurn } from './session-on.ts'

/** A stored subtree of 2^level leaves; on level 8 with the leaf hashes below it. */
export interface StoredNode {
  readonly index: number
  readonly hash: Buffer
  readonly leaves: Buffer | null
}

export interface StoredOrigin {
  readonly number: number
  readonly origin: string
  readonly verifierKey: string
  /** Where its leaf 0 stands among all records. */
  readonly firstIndex: number
}

export interface StoredCheckpoint {
  /** Leaves of its origin. */
  readonly size: number
  readonly root: Buffer
  readonly note: string
}

export interface StoredHead {
  readonly size: number
  readonly frontier: Buffer
  readonly origin: number
  readonly firstIndex: number
}

/** Reads the tables of the log. The client should be in one snapshot (REPEATABLE READ). Believes nothing, promises nothing. */
export function logTables(client: ClientBase) {
  const turn = inTurn()
  const all = async <T extends object>(text: string, values: readonly unknown[]): Promise<readonly T[]> => {
    const result = await turn(() => client.query<T>(text, [...values]))
    return result.rows
  }
  /** Whether an index finds a record. Who may change the log may have dropped it. */
  const findIndex = async (): Promise<boolean> => {
    const [row] = await all<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE i.indrelid = 'gateway.access_record'::regclass AND i.indisvalid AND i.indpred IS NULL
         AND a.attname = 'index') AS found`,
      [],
    )
    return row?.found === true
  }
  let found: Promise<boolean> | undefined
  const indexed = (): Promise<boolean> => (found ??= findIndex())
  return {
    async head(): Promise<StoredHead | undefined> {
      const [row] = await all<
        Readonly<Record<'size' | 'origin' | 'first_index', string> & { frontier: Buffer }>
      >('SELECT size, frontier, origin, first_index FROM gateway.log_head WHERE single', [])
      return (
        row && {
          size: Number(row.size),
          frontier: row.frontier ?? Buffer.alloc(0),
          origin: Number(row.origin),
          firstIndex: Number(row.first_index),
        }
      )
    },
    async origins(): Promise<readonly StoredOrigin[]> {
      const rows = await all<{ number: number; origin: string; verifier_key: string; first_index: string }>(
        'SELECT number, origin, verifier_key, first_index FROM gateway.log_origin ORDER BY number',
        [],
      )
      return rows.map((row) => ({
        number: Number(row.number),
        origin: row.origin,
        verifierKey: row.verifier_key,
        firstIndex: Number(row.first_index),
      }))
    },
    /** Lowest and highest index that is there; undefined: no record at all. */
    async extent(): Promise<{ readonly first: number; readonly last: number } | undefined> {
      const [row] = await all<{ first: string | null; last: string | null }>(
        'SELECT min(index) AS first, max(index) AS last FROM gateway.access_record',
        [],
      )
      return row?.first == null ? undefined : { first: Number(row.first), last: Number(row.last) }
    },
    async prunedBefore(): Promise<number> {
      const [row] = await all<{ before: string | null }>(
        'SELECT max(before) AS before FROM gateway.log_pruned',
        [],
      )
      return Number(row?.before ?? 0)
    },
    /** Nodes of one level with indexes in [from, to). */
    async nodes(origin: number, level: number, from: number, to: number): Promise<readonly StoredNode[]> {
      const rows = await all<{ index: string; hash: Buffer; leaves: Buffer | null }>(
        `SELECT index, hash, leaves FROM gateway.tree_node
         WHERE origin = $1 AND level = $2 AND index >= $3 AND index < $4 ORDER BY index`,
        [origin, level, from, to],
      )
      return rows.map((row) => ({ ...row, index: Number(row.index) }))
    },
    /** Nodes over leaves that an origin of so many does not have, but for the tail that a closed origin keeps. */
    async nodesBeyond(origin: number, size: number): Promise<number> {
      const [row] = await all<{ count: string }>(
        `SELECT count(*) AS count FROM gateway.tree_node WHERE origin = $1
         AND (index < 0 OR level NOT IN (8, 16, 24, 32, 40, 48, 56) OR index >= trunc($2::numeric / (2 ^ level::numeric))
           AND NOT (level = 8 AND index = trunc($2::numeric / 256) AND octet_length(leaves) < 8192))`,
        [origin, size],
      )
      return Number(row?.count ?? 0)
    },
    /** In order of size, sizes in (after, to]. */
    async checkpoints(origin: number, after: number, to: number): Promise<readonly StoredCheckpoint[]> {
      const rows = await all<{ size: string; root: Buffer; note: string }>(
        'SELECT size, root, note FROM gateway.checkpoint WHERE origin = $1 AND size > $2 AND size <= $3 ORDER BY size',
        [origin, after, to],
      )
      return rows.map((row) => ({ ...row, size: Number(row.size) }))
    },
    /** The largest one; undefined: there is none. */
    async newestCheckpoint(origin: number): Promise<StoredCheckpoint | undefined> {
      const [row] = await all<{ size: string; root: Buffer; note: string }>(
        'SELECT size, root, note FROM gateway.checkpoint WHERE origin = $1 ORDER BY size DESC LIMIT 1',
        [origin],
      )
      return row && { ...row, size: Number(row.size) }
    },
    /** When the record was made, by its column; undefined: it is not there. */
    async at(index: number): Promise<number | undefined> {
      const rows = await all<{ ms: string }>(
        'SELECT extract(epoch FROM at) * 1000 AS ms FROM gateway.access_record WHERE index = $1',
        [index],
      )
      return rows[0] && Number(rows[0].ms)
    },
    /** The text that is stored under each of the hashes. */
    async policyTexts(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const rows = await all<{ hash: string; text: string }>(
        'SELECT hash, text FROM gateway.policy_version WHERE hash = ANY ($1)',
        [hashes],
      )
      return new Map(rows.map(({ hash, text }) => [hash, text]))
    },
    /**
     * Hands on the rows with an index in [from, to) in order of it, some at a time.
     *
     * @param take gets rows as `parseRows` takes them; they are good until it returns, and it may write into them
     */
    async rows(from: number, to: number, take: (rows: Buffer) => void): Promise<void> {
      const sql = rowsSql(from, to, await indexed())
      let first = true
      await turn(() =>
        copyOut(client, sql, (message) => {
          take(recordsOf(message, first))
          first = false
        }),
      )
    },
  }
}

export type LogTables = ReturnType<typeof logTables>
