import type { StoredRow } from './stored-row.ts'

/** The columns that `parseRow` expects, in this order. */
export const ROW_COLUMNS = 'index, at, outcome, purpose, subject, app, record'

const COLUMNS = 7
/** `PGCOPY\n\377\r\n\0`, flags, length of the header's extension (PostgreSQL, COPY, binary format). */
const SIGNATURE_BYTES = 11
const LENGTH_BYTES = 4
const EPOCH_2000_MS = Date.UTC(2000, 0, 1)

/**
 * Of rows, at least: handing a piece to another thread costs as much as examining a few records. Well below 128 KB, from where on
 * V8 asks the system for fresh memory for each text: that took half of the time.
 */
const PIECE_BYTES = 64 * 1024

/** Cuts the bytes of `COPY … TO STDOUT (FORMAT binary)` into pieces of whole rows. */
export interface RowCutter {
  /** Takes bytes in; answers a piece as soon as there is one. It lies in memory that the next call uses again. */
  cut(bytes: Buffer): Buffer | undefined
  /** The whole rows that are left at the end. */
  rest(): Buffer
}

/** Throws where the bytes are not of that format. */
export function createRowCutter(): RowCutter {
  // Used again and again: fresh memory for each piece would cost the system as much as reading it.
  let space = Buffer.allocUnsafe(2 * PIECE_BYTES)
  let used = 0
  /** Whole rows that were not handed out yet: [start, end). */
  let start = 0
  let end = 0
  let begun = false

  function takeIn(bytes: Buffer): void {
    const kept = used - start
    const roomy = kept + bytes.length <= space.length ? space : Buffer.allocUnsafe(2 * (kept + bytes.length))
    space.copy(roomy, 0, start, used)
    bytes.copy(roomy, kept)
    space = roomy
    used = kept + bytes.length
    end -= start
    start = 0
  }

  return {
    cut(bytes) {
      takeIn(bytes)
      const all = space.subarray(0, used)
      if (!begun) {
        const length = headerLength(all)
        if (length === undefined) return undefined
        begun = true
        start = length
        end = length
      }
      for (let next = rowEnd(all, end); next !== undefined; next = rowEnd(all, end)) end = next
      if (end - start < PIECE_BYTES) return undefined
      const piece = space.subarray(start, end)
      start = end
      return piece
    },
    rest: () => space.subarray(start, end),
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
