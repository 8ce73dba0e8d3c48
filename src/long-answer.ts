/** From so many bytes on, every step over an answer takes milliseconds, and others go first before the next one. */
const LONG_BYTES = 512 * 1024

export const isLong = ({ length }: string | Buffer): boolean => length >= LONG_BYTES
