/** Bytes, or characters of a text: from so many on, a step over an answer takes milliseconds, and others go first before the next. */
const LONG_BYTES = 512 * 1024

export const isLong = ({ length }: string | Buffer): boolean => length >= LONG_BYTES
