import { storable } from '../storable.ts'
import type { StoredRow } from './stored-row.ts'
import { textMember } from './text-member.ts'

/** The columns of `access_record` that repeat what the record says. */
export type CopiedColumn = 'at' | 'outcome' | 'purpose' | 'subject' | 'app'

/** The first column that says something else than the record; undefined: all agree. */
export function differingCopy(row: StoredRow): CopiedColumn | undefined {
  return agreesAsWritten(row) ? undefined : differingMember(row)
}

/**
 * Whether the bytes of an ordinary record show that all copies agree; several times faster than parsing it. No other object of
 * an access record has members of these names with a text as value. False proves nothing: then it is parsed.
 */
function agreesAsWritten({ record, at, outcome, app, subject, purpose }: StoredRow): boolean {
  if (!record.startsWith('{"at":"') || record[31] !== '"' || Date.parse(record.slice(7, 31)) !== at)
    return false
  const outcomeAt = textMember(record, 'outcome":"', 32)
  if (outcome === undefined || !record.startsWith(`${outcome}"`, outcomeAt)) return false
  const principalAt = textMember(record, 'principal":{"app":"', outcomeAt)
  if (app === undefined || !record.startsWith(`${app}",`, principalAt)) return false
  const subjectAt = textMember(record, 'subject":"', principalAt)
  if (subject === undefined || !record.startsWith(`${subject}"}`, subjectAt)) return false
  const purposeAt = textMember(record, 'purpose":"', subjectAt)
  return purpose !== undefined && record.startsWith(`${purpose}"`, purposeAt)
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
