import type { StoredRow } from './stored-row.ts'

/** The columns that `parseRow` expects, in this order. */
export const ROW_COLUMNS = 'index, at, outcome, purpose, subject, app, record'

const COLUMNS = 7
/** `PGCOPY\n\377\r\n\0`, flags, length of the header's extension (PostgreSQL, COPY, binary format). */
const SIGNATURE_BYTES = 11
const LENGTH_BYTES = 4
const EPOCH_2000_MS = Date.UTC(2000, 0, 1)

/** Cuts the bytes of `COPY … TO STDOUT (FORMAT binary)` into pieces of whole rows. */
export interface RowCutter {
  /** The whole rows that are now there; what is left waits for the next bytes. */
  cut(bytes: Buffer): Buffer
}

/** Throws where the bytes are not of that format. */
export function createRowCutter(): RowCutter {
  let rest: Buffer = Buffer.alloc(0)
  let begun = false
  return {
    cut(bytes) {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const start = begun ? 0 : headerLength(all)
      if (start === undefined) {
        rest = all
        return Buffer.alloc(0)
      }
      begun = true
      let end = start
      for (let next = rowEnd(all, end); next !== undefined; next = rowEnd(all, end)) end = next
      rest = all.subarray(end)
      return all.subarray(start, end)
    },
  }
}

function headerLength(bytes: Buffer): number | undefined {
  const fixed = SIGNATURE_BYTES + 2 * LENGTH_BYTES
  if (bytes.length < fixed) return undefined
  const length = fixed + bytes.readInt32BE(SIGNATURE_BYTES + LENGTH_BYTES)
  return bytes.length < length ? undefined : length
}

/** Undefined: the row is not whole, or it is the trailer. */
function rowEnd(bytes: Buffer, start: number): number | undefined {
  let at = start + 2
  if (at > bytes.length) return undefined
  const columns = bytes.readInt16BE(start)
  if (columns === -1) return undefined
  if (columns !== COLUMNS) throw new Error('the server sends other rows than were asked for')
  for (let i = 0; i < COLUMNS; i++) {
    if (at + LENGTH_BYTES > bytes.length) return undefined
    at += LENGTH_BYTES + Math.max(0, bytes.readInt32BE(at))
  }
  return at <= bytes.length ? at : undefined
}

/**
 * Reads the rows of a piece. Overwrites the byte before each record, which is of its length, so that the input of the leaf
 * hash need not be put together. All texts are parts of one, because decoding each for itself costs more than looking at it.
 */
export function* parseRows(bytes: Buffer): Generator<StoredRow> {
  const all = bytes.toString('latin1')
  let at = 0
  const text = (): string | undefined => {
    const length = bytes.readInt32BE(at)
    at += LENGTH_BYTES
    if (length < 0) return undefined
    at += length
    return all.slice(at - length, at)
  }
  const integer = (): number | undefined => {
    const length = bytes.readInt32BE(at)
    at += LENGTH_BYTES
    if (length < 0) return undefined
    at += length
    return bytes.readInt32BE(at - length) * 2 ** 32 + bytes.readUInt32BE(at - length + 4)
  }
  while (at < bytes.length) {
    at += 2
    const index = integer() ?? Number.NaN
    const micros = integer()
    const outcome = text()
    const purpose = text()
    const subject = text()
    const app = text()
    const record = text() ?? ''
    const start = at - record.length
    bytes[start - 1] = 0x00
    const ms = micros === undefined ? undefined : EPOCH_2000_MS + micros / 1000
    yield { index, at: ms, outcome, purpose, subject, app, record, leaf: bytes.subarray(start - 1, at) }
  }
}
