import { Parser } from 'pg-protocol/dist/parser.js'
import { giveBytes, takeBytes } from '../reused-bytes.ts'

/** A text of so many bytes or more arrives as the bytes that the server sent: nobody decodes what is only passed on. */
export const LONG_TEXT_BYTES = 8 * 1024

const DATA_ROW = 0x44
/** Code and length of a message (PostgreSQL, Frontend/Backend Protocol, message formats). */
const HEADER_BYTES = 5
/** What a connection keeps for messages that come in parts. */
const KEPT_BYTES = 1024 * 1024

type OnMessage = Parameters<Parser['parse']>[1]
type Message = Parameters<OnMessage>[0]

/**
 * Reads what the server sends on one connection, and keeps no part of the chunks that it comes in. Rows with long texts it reads
 * itself; all else pg's own parser does.
 */
export class LongTexts {
  readonly #parser = new Parser()
  readonly #longTextBytes: number
  readonly #onMessage: OnMessage
  /** A message of which the end has not come yet, in the first `#filled` bytes. */
  #room: Buffer = Buffer.alloc(0)
  #filled = 0

  /** @param longTextBytes of a text, from where on it arrives as bytes */
  constructor(onMessage: OnMessage, longTextBytes = LONG_TEXT_BYTES) {
    this.#longTextBytes = longTextBytes
    this.#onMessage = onMessage
  }

  take(chunk: Buffer): void {
    const from = this.#filled > 0 ? this.#complete(chunk) : 0
    /** Messages before this were handed on. */
    let done = from
    let at = from
    while (chunk.length - at >= HEADER_BYTES) {
      const end = at + 1 + chunk.readUInt32BE(at + 1)
      if (end > chunk.length) break
      if (this.#isLongRow(chunk, at, end)) {
        this.#parse(chunk.subarray(done, at))
        this.#onMessage(rowOf(chunk.subarray(at, end), this.#longTextBytes))
        done = end
      }
      at = end
    }
    this.#parse(chunk.subarray(done, at))
    this.#keep(chunk.subarray(at))
  }

  /** Whether it may have a long text. */
  #isLongRow(bytes: Buffer, start: number, end: number): boolean {
    return bytes[start] === DATA_ROW && end - start >= this.#longTextBytes
  }

  #parse(messages: Buffer): void {
    if (messages.length > 0) this.#parser.parse(messages, this.#onMessage)
  }

  /** Adds to the message that is waiting for its end; hands it on once it is whole. Answers where the next one begins. */
  #complete(chunk: Buffer): number {
    let at = 0
    if (this.#filled < HEADER_BYTES) {
      at = Math.min(HEADER_BYTES - this.#filled, chunk.length)
      this.#add(chunk.subarray(0, at), HEADER_BYTES)
      if (this.#filled < HEADER_BYTES) return at
    }
    const length = 1 + this.#room.readUInt32BE(1)
    const end = Math.min(at + length - this.#filled, chunk.length)
    this.#add(chunk.subarray(at, end), length)
    if (this.#filled < length) return end
    const message = this.#room.subarray(0, length)
    this.#filled = 0
    // What is larger than is kept goes with this message.
    if (this.#room.length > KEPT_BYTES) this.#room = Buffer.alloc(0)
    if (this.#isLongRow(message, 0, length)) {
      const row = rowOf(message, this.#longTextBytes)
      giveBytes(message)
      this.#onMessage(row)
    } else this.#parse(message)
    return end
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#add(part, part.length < HEADER_BYTES ? HEADER_BYTES : 1 + part.readUInt32BE(1))
  }

  /** @param whole how long the message will be */
  #add(part: Buffer, whole: number): void {
    if (this.#room.length < whole) {
      const roomy =
        whole > KEPT_BYTES
          ? takeBytes(whole)
          : Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(whole, LONG_TEXT_BYTES))))
      this.#room.copy(roomy, 0, 0, this.#filled)
      this.#room = roomy
    }
    part.copy(this.#room, this.#filled)
    this.#filled += part.length
  }
}

/** DataRow: how many columns, and each as its length (-1: null) and its bytes. */
function rowOf(message: Buffer, longTextBytes: number): Message {
  const fieldCount = message.readInt16BE(HEADER_BYTES)
  const fields: (string | Buffer | null)[] = []
  let at = HEADER_BYTES + 2
  for (let i = 0; i < fieldCount; i++) {
    const length = message.readInt32BE(at)
    at += 4
    if (length < 0) fields.push(null)
    else {
      fields.push(
        length < longTextBytes
          ? message.toString('utf8', at, at + length)
          : bytesOf(message, at, at + length),
      )
      at += length
    }
  }
  const row = { name: 'dataRow' as const, length: message.length - 1, fieldCount, fields }
  return row as Message
}

function bytesOf(message: Buffer, start: number, end: number): Buffer {
  const bytes = takeBytes(end - start)
  message.copy(bytes, 0, start, end)
  return bytes
}
