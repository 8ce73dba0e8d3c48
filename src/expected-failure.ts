/**
 * A failure that whoever runs the command can mend: its message is one lowercase sentence that may be shown and logged,
 * without any secret. What is thrown and is not of this class is a fault of the program, and its message stays hidden.
 */
export class ExpectedFailure extends Error {
  override readonly name = 'ExpectedFailure'
  /** 1: what was to be checked has findings; 2: misuse, or it could not be done. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message)
    this.exitCode = exitCode
  }
}
