import { TILE_WIDTH } from './tile-shape.ts'

const LENGTH_BYTES = 2
const MAX_ENTRY_BYTES = 65_535

/**
 * Entries of C2SP tlog-tiles: each after its length in two bytes, big-endian.
 *
 * @throws RangeError for more entries than a bundle holds, or an entry that is too long
 */
export function encodeBundle(records: readonly Uint8Array[]): Buffer {
  if (records.length > TILE_WIDTH) throw new RangeError('a bundle holds at most 256 entries')
  const parts: Uint8Array[] = []
  for (const record of records) {
    if (record.length > MAX_ENTRY_BYTES) throw new RangeError('an entry has at most 65,535 bytes')
    parts.push(Buffer.of(record.length >> 8, record.length & 0xff), record)
  }
  return Buffer.concat(parts)
}

/** The entries, as views of `bytes`. Undefined: the last entry is cut short, or there are more than a bundle holds. */
export function decodeBundle(bytes: Buffer): readonly Buffer[] | undefined {
  const records: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) return undefined
    const start = at + LENGTH_BYTES
    at = start + bytes.readUInt16BE(at)
    if (at > bytes.length || records.length === TILE_WIDTH) return undefined
    records.push(bytes.subarray(start, at))
  }
  return records
}
