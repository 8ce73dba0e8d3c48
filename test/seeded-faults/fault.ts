/** One deliberate fault: a slip that a hurried hand could make in one place, and the tests that must notice it. */
export interface Fault {
  /** What no longer holds, in words. */
  readonly name: string
  readonly file: string
  /** Text of the file, found exactly once: a fault that fits nowhere any more is an error, so that the list cannot rot. */
  readonly find: string
  readonly replace: string
  /** The cheapest test files that must catch it. */
  readonly tests: readonly string[]
}
