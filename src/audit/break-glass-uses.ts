import type { Pool } from 'pg'
import type { AccessPrincipal } from './access.ts'
import { type BreakGlassDecision, type BreakGlassState, decideBreakGlass } from './decide-break-glass.ts'
import { recordId } from './record-id.ts'
import { type Session, withSession } from './session.ts'

export interface BreakGlassRequest {
  readonly principal: AccessPrincipal
  readonly purpose: string
  readonly justification: string
  readonly minutes: number
  readonly reviewWithinHours: number
  /** Hash of the policy. */
  readonly policy: string
}

export type BreakGlassResult =
  | { readonly kind: 'open'; readonly id: string; readonly isNew: boolean }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unreviewed' }
  /** The state cannot be read, or the use cannot be put on record. */
  | { readonly kind: 'unavailable' }

export interface BreakGlassUses {
  /** Never rejects, and settles within the deadline. `open` only after the use is committed. */
  open(request: BreakGlassRequest): Promise<BreakGlassResult>
}

/**
 * Uses of break-glass, in the tables that all gateways share: what one of them opened or refused holds for the others and
 * after a restart. The principal is the token's subject, through whatever app. The clock is the database's.
 *
 * @param pool connects as the auditor
 * @param deadlineMs longest wait of one request
 */
export function createBreakGlassUses(pool: Pool, deadlineMs: number): BreakGlassUses {
  // A look, and where that finds nothing open: begin, lock, look, insert, commit.
  const stepMs = Math.max(5, Math.floor(deadlineMs / 7))

  async function look(session: Session, request: BreakGlassRequest): Promise<BreakGlassDecision> {
    return decideBreakGlass(await readState(session, request), request.minutes)
  }

  /** Requests of one principal take turns, on all gateways, so that one emergency is one use. */
  async function openInTurn(session: Session, request: BreakGlassRequest): Promise<BreakGlassResult> {
    await session.query({ text: 'BEGIN' })
    await session.query({
      text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, $2))',
      values: [request.principal.subject, LOCK_SEED],
    })
    const decided = await look(session, request)
    const result: BreakGlassResult =
      decided.kind === 'opens'
        ? { kind: 'open', id: await insertUse(session, request), isNew: true }
        : resultOf(decided)
    // Crash or lost answer here: a use that nobody got anything from, and that is reviewed all the same.
    await session.query({ text: 'COMMIT' })
    return result
  }

  return {
    async open(request) {
      try {
        return await withSession(pool, stepMs, async (session) => {
          const seen = await look(session, request)
          return seen.kind === 'opens' ? await openInTurn(session, request) : resultOf(seen)
        })
      } catch {
        return { kind: 'unavailable' }
      }
    },
  }
}

function resultOf(decided: Exclude<BreakGlassDecision, { readonly kind: 'opens' }>): BreakGlassResult {
  return decided.kind === 'open' ? { ...decided, isNew: false } : decided
}

/** Any number that nobody else uses. */
const LOCK_SEED = 7_061_270_512_005

async function readState(session: Session, request: BreakGlassRequest): Promise<BreakGlassState> {
  const { rows } = await session.query<{
    now: number
    review_due: number | null
    id: string | null
    opened_at: number | null
    closes_at: number | null
    justification_used: boolean
  }>({
    name: 'break_glass_state',
    text: `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
        (SELECT (extract(epoch FROM min(u.review_by)) * 1000)::float8 FROM gateway.break_glass_use u
          WHERE u.subject = $1
            AND NOT EXISTS (SELECT FROM gateway.break_glass_review r WHERE r.use_id = u.id)) AS review_due,
        latest.id, (extract(epoch FROM latest.opened_at) * 1000)::float8 AS opened_at,
        (extract(epoch FROM latest.closes_at) * 1000)::float8 AS closes_at,
        EXISTS (SELECT FROM gateway.break_glass_use u
          WHERE u.subject = $1 AND u.purpose = $2 AND u.justification = $3) AS justification_used
      FROM (SELECT) one LEFT JOIN LATERAL (
        SELECT u.id, u.opened_at, u.closes_at FROM gateway.break_glass_use u
        WHERE u.subject = $1 AND u.purpose = $2 ORDER BY u.opened_at DESC LIMIT 1) latest ON true`,
    values: [request.principal.subject, request.purpose, request.justification],
  })
  const [row] = rows
  if (!row) throw new Error('the state of break-glass is one row')
  const { id, opened_at: openedAt, closes_at: closesAt } = row
  return {
    now: row.now,
    reviewDue: row.review_due ?? undefined,
    latest: id !== null && openedAt !== null && closesAt !== null ? { id, openedAt, closesAt } : undefined,
    justificationUsed: row.justification_used,
  }
}

async function insertUse(session: Session, request: BreakGlassRequest): Promise<string> {
  const { principal, purpose, justification, policy, minutes, reviewWithinHours } = request
  const id = recordId()
  await session.query({
    name: 'break_glass_open',
    text: `INSERT INTO gateway.break_glass_use
        (id, subject, app, roles, purpose, justification, policy, opened_at, closes_at, review_by)
      SELECT $1, $2, $3, $4, $5, $6, $7, t.now, t.now + make_interval(mins => $8), t.now + make_interval(hours => $9)
      FROM (SELECT clock_timestamp() AS now) t`,
    values: [
      id,
      principal.subject,
      principal.app,
      principal.roles,
      purpose,
      justification,
      policy,
      minutes,
      reviewWithinHours,
    ],
  })
  return id
}
