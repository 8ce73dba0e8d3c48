/**
 * A row of `gateway.access_record` as it came over the wire. Texts are the bytes of their UTF-8 as Latin-1, which is what
 * they can be compared as without decoding them. They keep the piece alive that they came in; what is kept longer is copied.
 */
export interface StoredRow {
  /** Over all origins. */
  readonly index: number
  /** Milliseconds since the epoch, UTC. */
  readonly at: number | undefined
  readonly outcome: string | undefined
  readonly purpose: string | undefined
  readonly subject: string | undefined
  readonly app: string | undefined
  readonly record: string
  /** The same with one byte before it, which is 0x00: the input of the leaf hash. */
  readonly leaf: Buffer
}
