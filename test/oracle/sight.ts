import { matches, relatedRows } from './conditions.ts'
import type { OracleDatabase, Row } from './database.ts'
import { claimsOf, type RowRules } from './row-rules.ts'
import type { StoredField } from './stored.ts'
import { type Granted, judge, type Question, type Refused, type Rules } from './walker.ts'

/** Whose token it is: what the gateway may choose rows by. */
export interface Bearer {
  readonly dataSubject?: unknown
  readonly claims?: Readonly<Record<string, unknown>>
}

/** `judge`, and then whether the token brings what rows are chosen by. */
export function judgeBearer(rules: Rules, rows: RowRules, question: Question & Bearer): Refused | Granted {
  const verdict = judge(rules, question)
  if (verdict.kind === 'refused' && verdict.blocked.length === 0) return verdict
  // Whoever holds no role at all is refused for whatever reads data.
  const reads = judge(rules, { ...question, roles: [] }).kind === 'refused'
  const whole = judge(rules, { ...question, prune: true })
  const purpose = whole.kind === 'served' ? whole.purpose : ''
  return reads && lacks(rows, purpose, question)
    ? { kind: 'refused', codes: ['CLAIM_MISSING'], blocked: [] }
    : verdict
}

/** All that the demo compares with is a customer's number. */
function lacks(rows: RowRules, purpose: string, { dataSubject, claims = {} }: Bearer): boolean {
  const needed = [
    ...(rows.purposes.get(purpose)?.own ? [dataSubject] : []),
    ...claimsOf(rows, purpose).map((name) => claims[name]),
  ]
  return needed.some((value) => !/^[1-9]\d{0,8}$/.test(typeof value === 'object' ? '' : String(value ?? '')))
}

/** Which rows there are for a purpose and a token, at this time. */
export function sightOf(
  database: OracleDatabase,
  rules: RowRules,
  purpose: string,
  { dataSubject, claims = {} }: Bearer,
): (model: string, row: Row) => boolean {
  const { basis, own = false } = rules.purposes.get(purpose) ?? {}
  const known = new Map<Row, boolean>()
  const see = (model: string, row: Row): boolean => {
    const subject = subjectOf(database, rules, model, row)
    if (own && (subject === undefined || String(subject) !== String(dataSubject))) return false
    if (basis === 'CONSENT' && rules.subjects.has(model) && !consented(database, rules, purpose, model, row))
      return false
    if (basis === 'LEGITIMATE_INTEREST' && objected(database, rules, purpose, subject)) return false
    return (rules.conditions.get(model) ?? [])
      .filter((rule) => rule.purposes.includes(purpose))
      .every((rule) => {
        const stored = database.models.get(model)
        return stored && matches(database, stored, row, filled(rule.where, claims)) === true
      })
  }
  return (model, row) => {
    const before = known.get(row) ?? see(model, row)
    known.set(row, before)
    return before
  }
}

/** The key of the customer that a row is about. */
function subjectOf(database: OracleDatabase, rules: RowRules, model: string, row: Row): unknown {
  const path = rules.subjects.get(model)
  if (!path) return undefined
  let [at, type]: [Row | undefined, string] = [row, model]
  for (const step of path) {
    const field: StoredField | undefined = at && database.models.get(type)?.fields.get(step)
    if (!at || !field) return undefined
    at = relatedRows(database, field, at)[0]
    type = field.type
  }
  return at?.id
}

function consented(
  database: OracleDatabase,
  rules: RowRules,
  purpose: string,
  model: string,
  row: Row,
): boolean {
  const { consents } = rules
  if (!consents) return false
  const { purpose: of = '', givenAt = '', withdrawnAt = '', expiresAt = '', givenBy = '' } = consents.names
  const stored = database.models.get(consents.model)
  const giver = stored?.fields.get(givenBy)
  const now = Date.now()
  return (database.rows.get(consents.model) ?? []).some((consent) => {
    const holds =
      consent[of] === purpose &&
      (consent[givenAt] as Date).getTime() < now &&
      consent[withdrawnAt] === null &&
      (consent[expiresAt] === null || (consent[expiresAt] as Date).getTime() > now)
    if (!holds) return false
    const [here = '', there = ''] = giver?.join[0] ?? []
    if (model === giver?.type) return consent[here] === row[there]
    if (model === consents.model) return consent[here] === row[here]
    return subjectOf(database, rules, consents.model, consent) === subjectOf(database, rules, model, row)
  })
}

function objected(database: OracleDatabase, rules: RowRules, purpose: string, subject: unknown): boolean {
  const { objections } = rules
  if (!objections || subject === undefined) return false
  const { purpose: to = '', since = '', withdrawnAt = '' } = objections.names
  const now = Date.now()
  return (database.rows.get(objections.model) ?? []).some(
    (row) =>
      subjectOf(database, rules, objections.model, row) === subject &&
      (row[to] === null || row[to] === purpose) &&
      (row[since] as Date).getTime() <= now &&
      (row[withdrawnAt] === null || (row[withdrawnAt] as Date).getTime() > now),
  )
}

function filled(where: unknown, claims: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(where), (_, value) =>
    typeof value === 'object' && value !== null && typeof value.claim === 'string'
      ? claims[value.claim]
      : value,
  )
}
