import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'

/** Bytes, or characters of a text: from so many on, a step over an answer takes milliseconds, and others go first before the next. */
const LONG_BYTES = 512 * 1024

export const isLong = ({ length }: string | Buffer): boolean => length >= LONG_BYTES

/** Hashed in about half a millisecond. */
const BYTES_IN_A_TURN = 128 * 1024

/** SHA-256 of the bytes or of the text's UTF-8 in hexadecimal digits, with turns of the event loop in between. */
export async function digestInTurns(body: string | Buffer): Promise<string> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const digest = createHash('sha256')
  for (let at = 0; at < bytes.length; at += BYTES_IN_A_TURN) {
    await turn()
    digest.update(bytes.subarray(at, at + BYTES_IN_A_TURN))
  }
  return digest.digest('hex')
}
