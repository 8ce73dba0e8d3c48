/** Npm passes on a Ctrl-C that the process got from the terminal already, so a quick second signal means nothing. */
const INSISTS_AFTER_MS = 1_000

/**
 * Resolves at the first SIGINT or SIGTERM. From the call on these signals no longer end the process at once; one that
 * comes a second or more after the first does, so that nobody is kept waiting by a stop that hangs.
 */
export function stopSignal(now: () => number): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined
    const stop = (): void => {
      if (firstAtMs !== undefined && now() - firstAtMs >= INSISTS_AFTER_MS) process.exit(2)
      firstAtMs ??= now()
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
