import { createHmac } from 'node:crypto'
import type { Pool } from 'pg'

/** Questions that one principal asks about groups, for one purpose on one day. */
export interface BudgetUse {
  /** Subject of the token: whatever app asks for somebody, it is somebody who learns. */
  readonly principal: string
  readonly purpose: string
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  /** Canonical texts. */
  readonly questions: readonly string[]
  /** Different questions that the day has room for. */
  readonly most: number
}

export type Spent =
  | 'within'
  /** Nothing was added: all of the questions fit, or none is asked. */
  | 'exhausted'
  /** The budget could not be read or written. What was asked may count all the same: one too many, never one too few. */
  | 'unavailable'

/**
 * The budget that keeps a principal from subtracting one answer from the other without end. It is kept in the gateway's
 * tables, so that it holds across gateways and restarts. Never rejects.
 */
export interface AggregateBudget {
  spend(use: BudgetUse): Promise<Spent>
}

/** @param key under which principals and questions are digested: the table says neither who asked nor what. */
export function openAggregateBudget(pool: Pool, key: Uint8Array): AggregateBudget {
  const digest = (kind: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${kind}\u0000${text}`).digest()
  return {
    async spend({ principal, purpose, day, questions, most }) {
      if (questions.length > most) return 'exhausted'
      const asked = questions.map((question) => digest('question', question))
      try {
        const { rows } = await pool.query<{ within: boolean }>({
          name: 'aggregate_budget',
          text: SPEND,
          values: [day, digest('principal', principal), purpose, asked, most],
        })
        return rows[0]?.within === true ? 'within' : 'exhausted'
      } catch {
        return 'unavailable'
      }
    },
  }
}

/**
 * One statement, so one transaction: the row of the day is locked, and two requests at once cannot both take the last
 * place. A crash after it: a question counts that nobody got an answer to.
 */
const SPEND = `WITH past AS (
    DELETE FROM gateway.aggregate_budget WHERE day < $1::date - 31
  )
  INSERT INTO gateway.aggregate_budget AS b (day, principal, purpose, questions)
  VALUES ($1::date, $2::bytea, $3::text, $4::bytea[])
  ON CONFLICT (day, principal, purpose) DO UPDATE SET questions = (
    SELECT CASE WHEN count(*) <= $5::integer THEN array_agg(q) ELSE b.questions END
    FROM (SELECT DISTINCT q FROM unnest(b.questions || EXCLUDED.questions) AS u(q)) AS together
  )
  RETURNING b.questions @> $4::bytea[] AS within`
