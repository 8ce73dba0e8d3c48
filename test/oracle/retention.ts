import { relatedRows } from './conditions.ts'
import type { OracleDatabase, Row } from './database.ts'
import { NOW } from './now.ts'

/** `@retention` and `@legalHold` of the demo's schema, read from the text alone; written from directives/ and not from src/. */
export interface KeepingRules {
  readonly retentions: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly holds: readonly (Readonly<Record<string, string>> & { readonly type: string })[]
}

export function keepingRulesOf(sources: readonly string[]): KeepingRules {
  const text = sources.join('\n').replace(/"""[\s\S]*?"""/g, '')
  const retentions = new Map<string, Record<string, string>>()
  const holds: (Record<string, string> & { type: string })[] = []
  for (const [, type = '', head = ''] of text.matchAll(/^type (\w+)([^{]*)\{/gm)) {
    const retention = argumentsOf(head, 'retention')
    const hold = argumentsOf(head, 'legalHold')
    if (retention) retentions.set(type, retention)
    if (hold) holds.push({ ...hold, type })
  }
  return { retentions, holds }
}

function argumentsOf(head: string, name: string): Record<string, string> | undefined {
  const inside = new RegExp(`@${name}\\(((?:"[^"]*"|[^)"])*)\\)`).exec(head)?.[1]
  const pairs = inside?.matchAll(/(\w+):\s*("[^"]*"|\[[^\]]*\]|\w+)/g)
  return (
    pairs &&
    Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value.replaceAll('"', '')]))
  )
}

/** Coordinates of the columns that the rules look at, whatever an operation may read. */
export function ruleColumns(
  { retentions, holds }: KeepingRules,
  database: OracleDatabase,
): readonly string[] {
  const dates = [...retentions].map(([type, { from = '' }]) => {
    const names = from.split('.')
    const model = names
      .slice(0, -1)
      .reduce((on, name) => database.models.get(on)?.fields.get(name)?.type ?? '', type)
    return `${model}.${names.at(-1)}`
  })
  return [...dates, ...holds.flatMap(({ type, since, until }) => [`${type}.${since}`, `${type}.${until}`])]
}

/** Whether a row is there for a purpose: it is within its retention, or kept readable by a hold. */
export function isKept(
  database: OracleDatabase,
  rules: KeepingRules,
  purpose: string,
  type: string,
  row: Row,
): boolean {
  const rule = rules.retentions.get(type)
  if (!rule) return true
  const date = dateAt(database, type, row, rule.from ?? '')
  if (date === undefined) return rule.openEnded === 'true'
  if (lastDay(rule, date.length === 10 ? date : localDate(Date.parse(date))) >= localDate(NOW)) return true
  return rules.holds.some(
    (hold) => (hold.readableFor ?? '').includes(purpose) && isHeld(database, hold, type, row),
  )
}

/** Everything is about a customer in the end. */
function isHeld(
  database: OracleDatabase,
  hold: KeepingRules['holds'][number],
  type: string,
  row: Row,
): boolean {
  const customer = customerOf(database, type, row)
  return (database.rows.get(hold.type) ?? []).some((other) => {
    const since = other[hold.since ?? '']
    const until = other[hold.until ?? '']
    const begun = since instanceof Date && since.getTime() <= NOW
    const over = until instanceof Date && until.getTime() <= NOW
    return other.customerId === customer && begun && !over
  })
}

function customerOf(database: OracleDatabase, type: string, row: Row): unknown {
  if ('customerId' in row) return row.customerId
  for (const name of ['invoice', 'ticket']) {
    const field = database.models.get(type)?.fields.get(name)
    const parent = field && relatedRows(database, field, row)[0]
    if (field && parent) return customerOf(database, field.type, parent)
  }
  throw new Error(`a row of ${type} is about nobody`)
}

/** A date as text, `YYYY-MM-DD` or an instant; undefined where it is null. */
function dateAt(database: OracleDatabase, type: string, row: Row, path: string): string | undefined {
  const [name = '', ...rest] = path.split('.')
  const field = database.models.get(type)?.fields.get(name)
  if (!field) throw new Error(`no ${type}.${name}`)
  if (field.kind === 'relation') {
    const parent = relatedRows(database, field, row)[0]
    return parent && dateAt(database, field.type, parent, rest.join('.'))
  }
  const cell = row[name]
  if (!(cell instanceof Date)) return undefined
  return field.native?.[0] === 'Date' ? cell.toISOString().slice(0, 10) : cell.toISOString()
}

/** Swedish dates are ISO dates. */
const danish = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen' })
const localDate = (instant: number): string => danish.format(instant)

/** Years from a date, or from the end of its calendar year; the demo has no other periods. */
function lastDay({ period = '', endOf }: Readonly<Record<string, string>>, date: string): string {
  const years = Number(/^P(\d+)Y$/.exec(period)?.[1])
  if (Number.isNaN(years)) throw new Error(`the oracle does not know ${period}`)
  const [year = '', month = '', day = ''] = (endOf ? `${date.slice(0, 4)}-12-31` : date).split('-')
  const ends = String(Number(year) + years)
  const leap = new Date(Date.UTC(Number(ends), 1, 29)).getUTCMonth() === 1
  return `${ends}-${month}-${month === '02' && day === '29' && !leap ? '28' : day}`
}
