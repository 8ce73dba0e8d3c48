import type { NewRecord } from './batch.ts'
import type { Entry } from './entry.ts'
import { leafHash } from './leaf.ts'
import { encodeRecords } from './record.ts'

/**
 * Fixes the records of an entry. False: no record can hold the access (a RangeError of `encodeRecords`); the caller has its
 * rejection, so nothing is released, and the entry must not be committed.
 */
export function seal(entry: Entry, commitments: readonly string[], instance: string): boolean {
  const { access, folded, id } = entry
  try {
    entry.records = encodeRecords(access, { id, instance, commitments, folded }).map(
      (bytes): NewRecord => ({
        bytes,
        leafHash: leafHash(bytes),
        at: access.at,
        outcome: access.outcome,
        purpose: access.purpose,
        subject: access.principal?.subject,
        app: access.principal?.app,
      }),
    )
    return true
  } catch {
    entry.reject()
    return false
  }
}
