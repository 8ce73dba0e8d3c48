import type { Span, StoredRow } from './stored-row.ts'

/** The columns that `parseRows` expects, in this order. */
const COLUMNS = ['index', 'at', 'outcome', 'purpose', 'subject', 'app', 'record'] as const

/**
 * How many records the server puts into one message. It sends a message that is longer than its buffer (8 KB) at once; small
 * ones it sends by the buffer, which over TCP took three times as long. Much longer ones than this do not fit the socket's.
 */
const RECORDS_PER_MESSAGE = 64

/**
 * The statement that answers what `recordsOf` takes in: records with an index in [from, to), in order of it.
 *
 * @param indexed whether an index finds a record; without one, a look-up for each message would read the whole table
 */
export function rowsSql(from: number, to: number, indexed: boolean): string {
  const between = (first: string, end: string): string =>
    `(SELECT ${COLUMNS.join(', ')} FROM gateway.access_record WHERE index >= ${first} AND index < ${end} ORDER BY index)`
  const [first, end] = [String(BigInt(from)), String(BigInt(to))]
  const step = RECORDS_PER_MESSAGE
  const rows = indexed
    ? `SELECT (SELECT string_agg(record_send(r), '') FROM ${between('part', `least(part + ${step}, ${end})`)} AS r)
       FROM generate_series(${first}, ${end}::bigint - 1, ${step}) AS part`
    : `SELECT record_send(r) FROM ${between(first, end)} AS r`
  return `COPY (${rows}) TO STDOUT (FORMAT binary)`
}

/** `PGCOPY\n\377\r\n\0`, flags, length of the header's extension (PostgreSQL, COPY, binary format). */
const SIGNATURE_BYTES = 11
/** Stand before each value, and hold its length. */
export const LENGTH_BYTES = 4
/** Of a column's type, before each value of a composite one (PostgreSQL, `record_send`). */
const TYPE_BYTES = 4
/** How many columns come, in place of which the end of all rows has a mark. */
const COUNT_BYTES = 2
const END_OF_DATA = -1
const NULL = -1
/** A time comes as microseconds since then. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1)
const MICROSECONDS_PER_MS = 1000

/**
 * The records in a message that answers `rowsSql`: as `parseRows` takes them, and empty where there are none. Throws where the
 * message is not of that format.
 *
 * @param first whether it is the first message, which begins with a header
 */
export function recordsOf(message: Buffer, first: boolean): Buffer {
  const start = first ? headerLength(message) : 0
  const columns = message.readInt16BE(start)
  const end = columns === END_OF_DATA && start + COUNT_BYTES === message.length
  if (end) return message.subarray(message.length)
  const length = message.readInt32BE(start + COUNT_BYTES)
  const from = start + COUNT_BYTES + LENGTH_BYTES
  if (columns !== 1 || from + Math.max(0, length) !== message.length)
    throw new Error('the server sends something else than was asked for')
  return message.subarray(from)
}

function headerLength(message: Buffer): number {
  return SIGNATURE_BYTES + 2 * LENGTH_BYTES + message.readInt32BE(SIGNATURE_BYTES + LENGTH_BYTES)
}

/**
 * Hands on rows one by one. Overwrites the byte before each record, which is of its length, so that the input of the leaf hash
 * need not be put together. Texts are not decoded: that would take as long as hashing the record.
 */
export function parseRows(bytes: Buffer, take: (row: StoredRow) => void): void {
  const text = bytes.toString('latin1')
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  const column = (): Span => {
    at += TYPE_BYTES + LENGTH_BYTES
    const length = numbers.getInt32(at - LENGTH_BYTES)
    const start = length < 0 ? NULL : at
    at += Math.max(0, length)
    return { start, end: at }
  }
  const integer = (): number => {
    const { start } = column()
    return start === NULL ? Number.NaN : numbers.getInt32(start) * 2 ** 32 + numbers.getUint32(start + 4)
  }
  while (at < bytes.length) {
    if (numbers.getInt32(at) !== COLUMNS.length)
      throw new Error('the server sends other rows than were asked for')
    at += LENGTH_BYTES
    const index = integer()
    const ms = EPOCH_2000_MS + integer() / MICROSECONDS_PER_MS
    const [outcome, purpose, subject, app, stored] = [column(), column(), column(), column(), column()]
    const record = stored.start === NULL ? { start: at, end: at } : stored
    bytes[record.start - 1] = 0x00
    take({ index, at: ms, outcome, purpose, subject, app, record, text, bytes })
  }
}
