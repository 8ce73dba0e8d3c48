/**
 * Controls, line and paragraph separators, lone surrogates, and the marks that turn the direction of writing: a value
 * that holds one could break a line of a log, be refused by PostgreSQL, or show a reviewer other text than was sent.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** True for a text of 1 to `maxLength` UTF-16 units that is safe to store, log and show. */
export function isPlainText(value: string, maxLength: number): boolean {
  return value.length > 0 && value.length <= maxLength && !UNPRINTABLE.test(value)
}
