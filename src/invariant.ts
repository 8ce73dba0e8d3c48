/** For our own bugs only; the edge turns it into `INTERNAL_ERROR`. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`)
}
