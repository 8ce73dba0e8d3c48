import { accessOfAction } from './action.ts'
import { appendAction } from './append-action.ts'
import type { Session } from './session.ts'

export interface PruneOptions {
  /** Records before this index (over all origins), or before this moment (milliseconds since the epoch). */
  readonly before:
    | { readonly kind: 'size'; readonly size: number }
    | { readonly kind: 'date'; readonly at: number }
  /** The declared policy: nothing younger is deleted. */
  readonly retentionDays: number
  readonly by: { readonly subject: string; readonly app: string }
  readonly justification: string | undefined
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface Pruned {
  /** Records that were deleted now, and the first index (over all origins) that remains. */
  readonly deleted: number
  readonly before: number
}

const DAY_MS = 86_400_000

/**
 * Deletes records from the beginning of the log up to a limit, as far as the declared policy, the newest checkpoint and whole
 * blocks of 256 allow. Their leaf hashes stay (`tree_node`), and so does every checkpoint: all proofs of what remains,
 * and from every older checkpoint, still hold. It is on record in the same transaction. Undefined: nothing may be deleted.
 * Needs the owner's rights; after a throw the session must be destroyed.
 */
export async function pruneLog(session: Session, options: PruneOptions): Promise<Pruned | undefined> {
  await session.query({ text: 'BEGIN' })
  const before = await limitOf(session, options)
  if (before === undefined) {
    await session.query({ text: 'ROLLBACK' })
    return undefined
  }
  const policy = `records are kept for ${options.retentionDays} days`
  await session.query({
    text: 'INSERT INTO gateway.log_pruned (before, policy) VALUES ($1, $2)',
    values: [before, policy],
  })
  const deleted = await session.query({
    text: 'DELETE FROM gateway.access_record WHERE index < $1',
    values: [before],
  })
  const access = accessOfAction({ kind: 'pruning', before, policy }, { ...options, at: options.now })
  await appendAction(session, access, { instance: options.instance, commitments: [] })
  await session.query({ text: 'COMMIT' })
  return { deleted: deleted.rowCount ?? 0, before }
}

/** The largest end of a block, or start of an origin, that lies below all limits and above what is gone already. */
async function limitOf(
  session: Session,
  { before, retentionDays, now }: PruneOptions,
): Promise<number | undefined> {
  const youngest = now - retentionDays * DAY_MS
  const at = before.kind === 'date' ? Math.min(before.at, youngest) : youngest
  const { rows } = await session.query<{ place: string | null }>({
    text: `WITH kept AS (
        -- Records stand in the order of their commits, so an older one may follow a younger: the first that is too young decides.
        SELECT least($2::bigint, (
          SELECT index FROM gateway.access_record WHERE at >= to_timestamp($1 / 1000.0) ORDER BY index LIMIT 1
        ), (SELECT size FROM gateway.log_head)) AS index
      ), signed AS (
        SELECT o.number, o.first_index, (SELECT max(size) FROM gateway.checkpoint AS c WHERE c.origin = o.number) AS size
        FROM gateway.log_origin AS o
      ), places AS (
        SELECT first_index + least(size, kept.index - first_index) / 256 * 256 AS place FROM signed, kept
        WHERE kept.index > first_index
        UNION ALL SELECT first_index FROM signed, kept WHERE first_index <= kept.index
      )
      SELECT max(place) AS place FROM places WHERE place > coalesce((SELECT max(before) FROM gateway.log_pruned), 0)`,
    values: [at, before.kind === 'size' ? before.size : null],
  })
  const place = rows[0]?.place
  return place === null || place === undefined ? undefined : Number(place)
}
