/** Where a value lies: [start, end) of the bytes of a row. */
export interface Span {
  /** -1: it is NULL. */
  readonly start: number
  readonly end: number
}

/** A row of `gateway.access_record` as it came over the wire; it lies in memory that is used again. */
export interface StoredRow {
  /** Over all origins; NaN: none is stored. */
  readonly index: number
  /** Milliseconds since the epoch, UTC; NaN: none is stored. */
  readonly at: number
  readonly outcome: Span
  readonly purpose: Span
  readonly subject: Span
  readonly app: Span
  /** The byte before it is 0x00: with it it is the input of the leaf hash. */
  readonly record: Span
  readonly bytes: Buffer
  /** The same bytes as Latin-1, which can be searched as they are, without decoding them. */
  readonly text: string
}

/** A part of a row's bytes as text; undefined: NULL. */
export function textOf({ bytes }: StoredRow, { start, end }: Span): string | undefined {
  return start < 0 ? undefined : bytes.toString('utf8', start, end)
}

/** Whether the bytes of a value stand at a place, with `after` behind them. */
export function standsAt({ bytes }: StoredRow, { start, end }: Span, place: number): boolean {
  if (start < 0 || place < 0) return false
  for (let i = start; i < end; i++) if (bytes[i] !== bytes[place + i - start]) return false
  return true
}
