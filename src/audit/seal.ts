import { setImmediate as turn } from 'node:timers/promises'
import type { Access } from './access.ts'
import type { NewRecord } from './batch.ts'
import type { Entry } from './entry.ts'
import { leafHash } from './leaf.ts'
import { eachRecord, encodeRecords, type RecordContext } from './record.ts'

/** The records of an access, with their leaf hashes and what reviewers search by. Throws as `encodeRecords` does. */
export function sealed(access: Access, context: RecordContext): readonly NewRecord[] {
  return encodeRecords(access, context).map((bytes) => newRecord(access, bytes))
}

function newRecord(access: Access, bytes: Buffer): NewRecord {
  return {
    bytes,
    leafHash: leafHash(bytes),
    at: access.at,
    outcome: access.outcome,
    purpose: access.purpose,
    subject: access.principal?.subject,
    app: access.principal?.app,
  }
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

/** The same with a turn of the event loop for each record, so that one with thousands of data subjects holds nobody up. */
export async function sealInTurns(
  entry: Entry,
  commitments: readonly string[],
  instance: string,
): Promise<boolean> {
  const { access, folded, id } = entry
  const records: NewRecord[] = []
  try {
    for (const bytes of eachRecord(access, { id, instance, commitments, folded })) {
      records.push(newRecord(access, bytes))
      await turn()
    }
  } catch {
    entry.reject()
    return false
  }
  entry.records = records
  return true
}
