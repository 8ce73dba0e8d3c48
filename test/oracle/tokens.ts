import { createHash } from 'node:crypto'
import { choiceInstant } from './choice-cells.ts'
import type { Random } from './random.ts'
import type { StoredField, StoredModel } from './stored.ts'

/** What stands in one cell, and the texts by which it would be recognised wherever it turned up. */
export interface Cell {
  readonly value: unknown
  /** Text → the form in which it is served; `AS_IS` for the value itself. */
  readonly signs: readonly (readonly [text: string, form: string])[]
}

/** Every text that `cellOf` can make recognisable; what else it finds is looked up in vain. */
export const SIGN =
  /tok-[A-Za-z]+-[A-Za-z]+-\d+|dom-\d+\.example|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?|\bt[a-z]{2}\d*[A-Z]?\d{3}\b|\b[A-Z]\d{3}\b|\d+\.\d{2,3}\b|\b\d{7}\b|\b\d{16}\b|[\u4e00-\u9fff]{2,4}/g

const DAY = 86_400_000
const ROWS_AT_MOST = 40

const pad = (n: number, width: number): string => String(n).padStart(width, '0')
const letters = (n: number): string =>
  String.fromCharCode(97 + (Math.floor(n / 26) % 26)) + String.fromCharCode(97 + (n % 26))

/** What text may hold to go wrong in SQL, JSON, patterns or logs. */
const TRIMMINGS = [
  '',
  ' "quoted" \\ back',
  ' %_100%',
  ' ÆØÅ æøå',
  '\nnew line\ttab',
  ` O'Brien </b> ${'\u2028'}`,
]

/**
 * The cell of a column (numbered over the whole database) in a row: unique where the type leaves room for it.
 * Enums and booleans are not; the truth oracle looks after those.
 */
export function cellOf(
  random: Random,
  model: StoredModel,
  field: StoredField,
  column: number,
  row: number,
): Cell {
  const place = column * ROWS_AT_MOST + row
  const plain = (value: unknown, sign: string): Cell => ({ value, signs: [[sign, 'AS_IS']] })
  if (field.kind === 'enum') return { value: random.pick(field.values), signs: [] }
  if (field.list) {
    const items = TRIMMINGS.slice(0, row % 3).map(
      (trim, i) => `tok-${model.name}-${field.name}-${place}${i}${trim}`,
    )
    return {
      value: items,
      signs: items.map((_, i) => [`tok-${model.name}-${field.name}-${place}${i}`, 'AS_IS']),
    }
  }
  const [native, [size = '0'] = []] = field.native ?? ['', []]
  switch (field.type) {
    case 'Boolean':
      return { value: random.chance(0.5), signs: [] }
    case 'Int': {
      // Never a multiple that another is rounded to; for the same reason no date is the first of its month.
      const n = 1_000_003 + column * 10_000 + row * 10
      return plain(row % 7 === 5 && !model.key.includes(field.name) ? -n : n, String(n))
    }
    case 'BigInt': {
      const n = 9_007_199_000_000_000n + BigInt(place)
      return plain(n, String(n))
    }
    case 'Decimal': {
      const whole = Number(size) > 7 ? 1_000_000 + place : 100 + row * 7
      const decimals = native === 'Decimal' ? Number(field.native?.[1][1] ?? 0) : 2
      const text = `${whole}.${(['00', '50', '07', pad(10 + row, 2)][row % 4] ?? '').padEnd(decimals, '0')}`
      return plain(row % 5 === 4 ? `-${text}` : text, text)
    }
    case 'DateTime': {
      const boundary = BOUNDARIES.get(`${model.name}.${field.name}`)
      if (boundary !== undefined) return nearCell(boundary, native === 'Date', column, row)
      if (native === 'Date') {
        const day = new Date(Date.UTC(1935, 0, 2) + place * 37 * DAY)
        // Never the first of a month, which stands for the whole of it in some forms.
        const date = day.getUTCDate() === 1 ? new Date(day.getTime() + DAY) : day
        return plain(date, date.toISOString().slice(0, 10))
      }
      const chosen = choiceInstant(random, model.name, field, column, row)
      if (chosen) return plain(chosen, chosen.toISOString())
      const edge = Date.UTC(2031 + (column % 60), 11, 31, 23, 59, 59, column)
      const instant = new Date(row === 0 ? edge : Date.UTC(2030, 5, 1) + place * (3 * DAY + 12_307_457))
      return plain(instant, instant.toISOString())
    }
    case 'Json': {
      const sign = `tok-${model.name}-${field.name}-${place}`
      return plain({ z: sign, n: 1.5, deep: { b: [1, 'x"\\y', null], a: row % 2 === 0 } }, sign)
    }
    default:
      return textCell(model, field, native, Number(size), column, row)
  }
}

/** Dates that decide whether a row is served at all, with the instant at which that turns (a calendar day of its own where it is a date). */
const BOUNDARIES: ReadonlyMap<string, number> = new Map(
  [
    ['Invoice.issuedAt', '2034-12-31T23:00:00Z'],
    ['LedgerEntry.postedOn', '2035-01-01T00:00:00Z'],
    ['SupportTicket.solvedAt', '2038-06-30T22:00:00Z'],
    ['UsageEvent.occurredAt', '2039-06-30T22:00:00Z'],
    ['LegalHold.placedAt', '2040-07-01T10:00:00Z'],
    ['LegalHold.releasedAt', '2040-07-01T10:00:00Z'],
  ].map(([coordinate = '', instant = '']) => [coordinate, Date.parse(instant)]),
)

/** On both sides of a boundary; the first rows exactly at it and a millisecond before. No date is a first of January, which stands for a year. */
function nearCell(boundary: number, date: boolean, column: number, row: number): Cell {
  if (date) {
    const days = row - ROWS_AT_MOST / 2
    const value = new Date(boundary + (days >= 0 ? days + 1 : days) * DAY)
    return { value, signs: [[value.toISOString().slice(0, 10), 'AS_IS']] }
  }
  const offset = row < 2 ? -row : (row - ROWS_AT_MOST / 2) * 9 * DAY + row * 3_600_000 + column * 7 + 3
  // A hold begins and ends at the same boundary, and no two cells may look the same.
  const value = new Date(boundary + offset + (row < 2 && boundary === LAST_BOUNDARY ? (column % 2) * 2 : 0))
  // The instant of the request stands in every record; it cannot be told from a leak.
  return { value, signs: value.getTime() === LAST_BOUNDARY ? [] : [[value.toISOString(), 'AS_IS']] }
}

const LAST_BOUNDARY = Date.parse('2040-07-01T10:00:00Z')

function textCell(
  model: StoredModel,
  field: StoredField,
  native: string,
  size: number,
  column: number,
  row: number,
): Cell {
  if (native === 'Uuid') {
    const hex = createHash('sha256').update(`${column} ${row}`).digest('hex')
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')
    return { value: uuid, signs: [[uuid, 'AS_IS']] }
  }
  const core = `tok-${model.name}-${field.name}-${row}`
  if (field.name === 'email') {
    const domain = `dom-${row}.example`
    const value =
      [`${core}@${domain}`, core, `${core}@`, `${core}@x@${domain}`, `${core}@${domain}`][row % 5] ?? ''
    return {
      value,
      signs: [[core, 'AS_IS'], ...(value.endsWith(domain) ? [[domain, 'DOMAIN'] as const] : [])],
    }
  }
  if (size > 0 && size <= 4) {
    const ideographs = String.fromCharCode(
      0x4e00 + column * 0x40 + row,
      ...Array(size - 1).fill(0x4e00 + column * 0x40),
    )
    return { value: ideographs, signs: [[ideographs, 'AS_IS']] }
  }
  const last4 = `${String.fromCharCode(65 + (column % 26))}${pad(row, 3)}`
  if (size > 0 && size < 30) {
    const width = Math.min(size, 10)
    const value = `t${letters(column)}${width > 6 ? '0'.repeat(width - 7) + last4 : pad(row, 3)}`
    return { value, signs: [[value, 'AS_IS'], ...(width > 6 ? [[last4, 'LAST4'] as const] : [])] }
  }
  if (size >= 30)
    return {
      value: `${core}-${last4}`,
      signs: [
        [core, 'AS_IS'],
        [last4, 'LAST4'],
      ],
    }
  return { value: `${core}${TRIMMINGS[row % TRIMMINGS.length] ?? ''}`, signs: [[core, 'AS_IS']] }
}
