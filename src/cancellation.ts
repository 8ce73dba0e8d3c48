/**
 * Tells the statements of one request that nobody waits for their answer any more. What an `AbortSignal` does, at a
 * fraction of its price: every request makes one, and few use it.
 */
export class Cancellation {
  private asked = false
  private listeners: Set<() => void> | undefined

  get requested(): boolean {
    return this.asked
  }

  /** Calls each listener once; further calls do nothing. */
  request(): void {
    if (this.asked) return
    this.asked = true
    const { listeners } = this
    this.listeners = undefined
    for (const listener of listeners ?? []) listener()
  }

  /** Calls `listener` when cancelling is asked for, unless it was before. */
  add(listener: () => void): void {
    this.listeners ??= new Set()
    this.listeners.add(listener)
  }

  delete(listener: () => void): void {
    this.listeners?.delete(listener)
  }
}
