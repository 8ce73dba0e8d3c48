/** The stored log is not what was committed. The message says what differs, with sizes and indices and no content. */
export class LogAltered extends Error {
  override readonly name = 'LogAltered'
}
