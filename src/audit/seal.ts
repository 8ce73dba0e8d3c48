import type { Access } from './access.ts'
import type { NewRecord } from './batch.ts'
import type { Entry } from './entry.ts'
import { leafHash } from './leaf.ts'
import { encodeRecords, type RecordContext } from './record.ts'

/** The records of an access, with their leaf hashes and what reviewers search by. Throws as `encodeRecords` does. */
export function sealed(access: Access, context: RecordContext): readonly NewRecord[] {
  return encodeRecords(access, context).map((bytes) => ({
    bytes,
    leafHash: leafHash(bytes),
    at: access.at,
    outcome: access.outcome,
    purpose: access.purpose,
    subject: access.principal?.subject,
    app: access.principal?.app,
  }))
}

/**
 * Fixes the records of an entry. False: no record can hold the access (a RangeError of `encodeRecords`); the caller has its
 * rejection, so nothing is released, and the entry must not be committed.
 */
export function seal(entry: Entry, commitments: readonly string[], instance: string): boolean {
  const { access, folded, id } = entry
  try {
    entry.records = sealed(access, { id, instance, commitments, folded })
    return true
  } catch {
    entry.reject()
    return false
  }
}
