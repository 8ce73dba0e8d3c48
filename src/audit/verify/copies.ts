import { storable } from '../storable.ts'
import type { StoredRow } from './stored-row.ts'

/** The columns of `access_record` that repeat what the record says. */
export type CopiedColumn = 'at' | 'outcome' | 'purpose' | 'subject' | 'app'

/** The first column that says something else than the record; undefined: all agree. */
export function differingCopy(row: StoredRow, text: string): CopiedColumn | undefined {
  return agreesAsWritten(row, text) ? undefined : differingMember(row)
}

/**
 * Whether the bytes of an ordinary record show that all copies agree; several times faster than parsing it. `text` is the record
 * as Latin-1. A quote within a JSON string is escaped, so `"outcome":"` is a member's name wherever it stands; and no other
 * object of an access record has members of these names with a text as value. False proves nothing: then it is parsed.
 */
function agreesAsWritten(row: StoredRow, text: string): boolean {
  if (!text.startsWith('{"at":"') || text[31] !== '"' || row.at === undefined) return false
  if (Date.parse(text.slice(7, 31)) !== row.at || row.outcome === undefined) return false
  const outcome = text.indexOf('"outcome":"', 32)
  if (outcome === -1 || !text.startsWith(`${row.outcome}"`, outcome + 11)) return false
  const principal = text.indexOf('"principal":{"app":"', outcome)
  if (principal === -1) return false
  if (row.app === undefined || !text.startsWith(`${row.app}",`, principal + 20)) return false
  const subject = text.indexOf('"subject":"', principal)
  if (subject === -1 || row.subject === undefined) return false
  if (!text.startsWith(`${row.subject}"}`, subject + 11)) return false
  const purpose = text.indexOf('"purpose":"', subject)
  return purpose !== -1 && row.purpose !== undefined && text.startsWith(`${row.purpose}"`, purpose + 11)
}

function differingMember(row: StoredRow): CopiedColumn | undefined {
  const record = parsed(row.leaf.toString('utf8', 1))
  if (typeof record.at !== 'string' || Date.parse(record.at) !== row.at) return 'at'
  const principal = objectOf(record.principal)
  if (!isCopy(row.outcome, record.outcome)) return 'outcome'
  if (!isCopy(row.purpose, record.purpose)) return 'purpose'
  if (!isCopy(row.subject, principal.subject)) return 'subject'
  if (!isCopy(row.app, principal.app)) return 'app'
  return undefined
}

function isCopy(column: string | undefined, member: unknown): boolean {
  if (member === undefined) return column === undefined
  if (column === undefined) return false
  const copy = Buffer.from(column, 'latin1').toString('utf8')
  // A text that was too long for the record stands there as its digest; its beginning cannot be told from that.
  if (typeof member !== 'string') return 'sha256' in objectOf(member) && copy.length > 0
  return Buffer.from(storable(member), 'utf8').toString('utf8') === copy
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
