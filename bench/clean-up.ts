/** What must not outlive the bench, undone last first: processes, the database server, the scratch directory. */
export interface CleanUp {
  /** @returns forgets it again */
  add(undo: () => unknown): () => void
  run(): Promise<void>
  /** Failures from now on are of what was ended, and not worth a word. */
  readonly begun: boolean
}

export function createCleanUp(): CleanUp {
  const undos = new Set<() => unknown>()
  let running: Promise<void> | undefined
  const runAll = async (): Promise<void> => {
    for (const undo of [...undos].reverse()) {
      try {
        await undo()
      } catch (error) {
        console.error('bench: could not clean up:', error)
      }
    }
    undos.clear()
  }
  return {
    add(undo) {
      undos.add(undo)
      return () => undos.delete(undo)
    },
    get begun() {
      return running !== undefined
    },
    run() {
      running ??= runAll()
      return running
    },
  }
}

/** Ctrl-C and a polite kill clean up like a normal end. */
export function cleanUpOnSignals(cleanUp: CleanUp): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => void cleanUp.run().finally(() => process.exit(code)))
}
