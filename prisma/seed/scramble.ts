/**
 * An unsigned 32-bit number that looks random and depends on its arguments alone: decisions about a customer that must
 * be known before, and without, generating the customer.
 */
export function scramble(index: number, salt: number): number {
  let state = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d)
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b)
  return (state ^ (state >>> 16)) >>> 0
}
