/** A peer ends when the bench tells it to, or is gone. */
export function endWithBench(): void {
  process.on('disconnect', () => process.exit())
  process.on('SIGTERM', () => process.exit())
  // A terminal's Ctrl-C reaches the whole group; the bench decides when its peers end.
  process.on('SIGINT', () => {})
}
