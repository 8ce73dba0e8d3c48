import type { Random } from './random.ts'
import type { StoredField } from './stored.ts'

const PAST = Date.UTC(2012, 0, 1)
const STEP = 5_000_000_001

/** Columns by which rows are chosen, filled so that about half of the customers are among the chosen: share of nulls. */
const EMPTY: ReadonlyMap<string, number> = new Map([
  ['Consent.withdrawnAt', 0.75],
  ['Consent.expiresAt', 0.5],
  ['Objection.withdrawnAt', 0.6],
  ['Objection.purpose', 0.2],
  ['Customer.vulnerability', 0.6],
])

export function shareOfNulls(coordinate: string, otherwise: number): number {
  return EMPTY.get(coordinate) ?? otherwise
}

/**
 * The instant of a choice: long past for most of those that begin one, and for some of those that end one; undefined where it
 * is to lie ahead, as all other instants of the oracle do.
 */
export function choiceInstant(
  random: Random,
  model: string,
  field: StoredField,
  column: number,
  row: number,
): Date | undefined {
  if (field.type !== 'DateTime' || (model !== 'Consent' && model !== 'Objection')) return undefined
  const begins = field.name === 'givenAt' || field.name === 'raisedAt'
  if (!random.chance(begins ? 0.85 : 0.5)) return undefined
  return new Date(PAST + (column * 40 + row) * 86_400_000 * 0.5 + ((row * STEP) % 86_400_000))
}
