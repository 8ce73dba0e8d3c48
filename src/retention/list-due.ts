import type pg from 'pg'
import type { Referred } from './children-first.ts'
import { countSql, waitingSql } from './due-sql.ts'

/** What is past its retention in one model. */
export interface Due {
  readonly model: string
  readonly law: string
  readonly period: string
  readonly action: 'DELETE' | 'ANONYMISE'
  /** Rows to delete or anonymise. */
  readonly due: number
  /** Rows that a legal hold keeps. */
  readonly held: number
  /** Of those due, rows that others still refer to. */
  readonly waiting: number
  /** The earliest date of all, `YYYY-MM-DD`; undefined: there is none. */
  readonly oldest: string | undefined
}

/** Counts; no row is read, so no access is recorded. */
export async function listDue(client: pg.Client, of: Referred, now: number): Promise<Due> {
  const { text, values } = countSql(of, now)
  const { rows } = await client.query<{ due: number; held: number; waiting: number; oldest: string | null }>(
    text,
    [...values],
  )
  const [counts] = rows
  return {
    model: of.model.name,
    law: of.retention.law,
    period: of.retention.period,
    action: of.retention.emptied ? 'ANONYMISE' : 'DELETE',
    due: counts?.due ?? 0,
    held: counts?.held ?? 0,
    waiting: counts?.waiting ?? 0,
    oldest: counts?.oldest ?? undefined,
  }
}

/** What due rows wait for: the foreign keys by which others still refer to them. */
export async function waitingFor(
  client: pg.Client,
  of: Referred,
  now: number,
): Promise<readonly { readonly table: string; readonly foreignKey: string; readonly rows: number }[]> {
  const found = []
  for (const foreignKey of of.retention.emptied ? [] : of.foreignKeys) {
    const { text, values } = waitingSql(of, foreignKey, now)
    const { rows } = await client.query<{ waiting: number }>(text, [...values])
    const waiting = rows[0]?.waiting ?? 0
    if (waiting > 0) found.push({ table: foreignKey.childName, foreignKey: foreignKey.name, rows: waiting })
  }
  return found
}
