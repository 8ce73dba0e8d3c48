import { storable } from '../storable.ts'
import { type Span, type StoredRow, standsAt, textOf } from './stored-row.ts'
import { textMember } from './text-member.ts'

/** The columns of `access_record` that repeat what the record says. */
export type CopiedColumn = 'at' | 'outcome' | 'purpose' | 'subject' | 'app'

/**
 * The first column that says something else than the record; undefined: all agree.
 *
 * @param outcomeAt where the record's outcome stands, see `textMember`
 */
export function differingCopy(row: StoredRow, outcomeAt: number): CopiedColumn | undefined {
  return agreesAsWritten(row, outcomeAt) ? undefined : differingMember(row)
}

const QUOTE = 0x22
const ZERO = 0x30
const START = '{"at":"'
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length

/**
 * Whether the bytes of an ordinary record show that all copies agree; several times faster than parsing it. No other object of
 * an access record has members of these names with a text as value. False proves nothing: then it is parsed.
 */
function agreesAsWritten(row: StoredRow, outcomeAt: number): boolean {
  const { text, record, at, outcome, app, subject, purpose } = row
  const time = record.start + START.length
  if (!text.startsWith(START, record.start) || timeOf(text, time) !== at) return false
  const appAt = textMember(row, 'principal":{"app":"', outcomeAt)
  const subjectAt = textMember(row, 'subject":"', appAt)
  const purposeAt = textMember(row, 'purpose":"', subjectAt)
  return (
    isWhole(row, time, TIME_LENGTH) &&
    agrees(row, outcome, outcomeAt) &&
    agrees(row, app, appAt) &&
    agrees(row, subject, subjectAt) &&
    agrees(row, purpose, purposeAt)
  )
}

/** Of the second that was last asked for, as the record writes it: most records are of the same one. */
let second = { text: 'none', ms: Number.NaN }
const SECOND_LENGTH = '2026-01-01T00:00:00.'.length

function timeOf(text: string, place: number): number {
  if (!text.startsWith(second.text, place)) {
    const copy = Buffer.from(text.slice(place, place + SECOND_LENGTH), 'latin1').toString('latin1')
    second = { text: copy, ms: Date.parse(`${copy}000Z`) }
  }
  return second.ms + millisecondsAt(text, place + SECOND_LENGTH)
}

/** Three digits; NaN where one of them is none. */
function millisecondsAt(text: string, place: number): number {
  let ms = 0
  for (let at = place; at < place + 3; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    ms = ms * 10 + digit
  }
  return ms
}

/** Whether the text that begins at a place of the record is the value of a column, and no longer. */
function agrees(row: StoredRow, column: Span, place: number): boolean {
  return standsAt(row, column, place) && isWhole(row, place, column.end - column.start)
}

function isWhole({ bytes }: StoredRow, place: number, length: number): boolean {
  return bytes[place + length] === QUOTE
}

function differingMember(row: StoredRow): CopiedColumn | undefined {
  const record = parsed(textOf(row, row.record) ?? '')
  if (typeof record.at !== 'string' || Date.parse(record.at) !== row.at) return 'at'
  const principal = objectOf(record.principal)
  if (!isCopy(textOf(row, row.outcome), record.outcome)) return 'outcome'
  if (!isCopy(textOf(row, row.purpose), record.purpose)) return 'purpose'
  if (!isCopy(textOf(row, row.subject), principal.subject)) return 'subject'
  if (!isCopy(textOf(row, row.app), principal.app)) return 'app'
  return undefined
}

function isCopy(column: string | undefined, member: unknown): boolean {
  if (member === undefined) return column === undefined
  if (column === undefined) return false
  // A text that was too long for the record stands there as its digest; its beginning cannot be told from that.
  if (typeof member !== 'string') return 'sha256' in objectOf(member) && column.length > 0
  return Buffer.from(storable(member), 'utf8').toString('utf8') === column
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
