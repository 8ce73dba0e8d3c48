import type { Entry } from './entry.ts'

export const MAX_BATCH_RECORDS = 256
/** What is larger by itself is committed by itself. */
const MAX_BATCH_BYTES = 256 * 1024

/** As many entries as make up one batch, at least one: the parts of one access are never split over two commits. */
export function fitting(entries: readonly Entry[]): readonly Entry[] {
  let records = 0
  let bytes = 0
  const tooMany = entries.findIndex((entry, i) => {
    for (const record of entry.records ?? []) {
      records++
      bytes += record.bytes.length
    }
    return i > 0 && (records > MAX_BATCH_RECORDS || bytes > MAX_BATCH_BYTES)
  })
  return tooMany === -1 ? entries : entries.slice(0, tooMany)
}
