import type { ClientBase } from 'pg'

/** One use of break-glass and what became of it. Times are RFC 3339 in UTC. */
export interface ReviewedUse {
  readonly id: string
  readonly state: 'open' | 'unreviewed' | 'overdue' | 'reviewed'
  readonly subject: string
  readonly app: string
  readonly roles: readonly string[]
  readonly purpose: string
  readonly justification: string
  readonly openedAt: string
  readonly closesAt: string
  readonly reviewBy: string
  /** Null: nobody has. */
  readonly review: { readonly by: string; readonly note: string; readonly at: string } | null
}

const time = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`

/** Every use, or those that wait for a review; the nearest deadline first. `client`: the owner of the log's database. */
export async function breakGlassUses(
  client: ClientBase,
  { all }: { readonly all: boolean },
): Promise<readonly ReviewedUse[]> {
  const { rows } = await client.query<{ use: ReviewedUse }>(
    `SELECT json_build_object('id', u.id, 'state', CASE WHEN r.use_id IS NOT NULL THEN 'reviewed'
          WHEN u.review_by <= clock_timestamp() THEN 'overdue' WHEN u.closes_at > clock_timestamp() THEN 'open'
          ELSE 'unreviewed' END,
        'subject', u.subject, 'app', u.app, 'roles', u.roles, 'purpose', u.purpose, 'justification', u.justification,
        'openedAt', ${time('u.opened_at')}, 'closesAt', ${time('u.closes_at')}, 'reviewBy', ${time('u.review_by')},
        'review', CASE WHEN r.use_id IS NOT NULL THEN
          json_build_object('by', r.reviewer, 'note', r.note, 'at', ${time('r.reviewed_at')}) END) AS use
      FROM gateway.break_glass_use u LEFT JOIN gateway.break_glass_review r ON r.use_id = u.id
      WHERE $1 OR r.use_id IS NULL
      ORDER BY r.use_id IS NOT NULL, u.review_by, u.id`,
    [all],
  )
  return rows.map(({ use }) => use)
}

export type ReviewOutcome = 'recorded' | 'unknown' | 'already' | 'own'

/**
 * Puts on record that somebody looked at a use. Once, and never by who made it: the name is compared with the subject of
 * the token, without regard to case.
 *
 * @param id a UUID
 */
export async function recordReview(
  client: ClientBase,
  { id, by, note }: { readonly id: string; readonly by: string; readonly note: string },
): Promise<ReviewOutcome> {
  const found = await client.query<{ own: boolean }>(
    'SELECT lower(btrim($2)) = lower(subject) AS own FROM gateway.break_glass_use WHERE id = $1',
    [id, by],
  )
  const [use] = found.rows
  if (!use) return 'unknown'
  if (use.own) return 'own'
  const { rowCount } = await client.query(
    'INSERT INTO gateway.break_glass_review (use_id, reviewer, note) VALUES ($1, btrim($2), btrim($3)) ON CONFLICT DO NOTHING',
    [id, by, note],
  )
  return rowCount === 0 ? 'already' : 'recorded'
}
