import { setTimeout as pause } from 'node:timers/promises'

const FIRST_BACKOFF_MS = 20
const MAX_BACKOFF_MS = 250

/** Waits longer each time. */
export function createBackoff(): () => Promise<void> {
  let delayMs = FIRST_BACKOFF_MS
  return async () => {
    await pause(delayMs)
    delayMs = Math.min(delayMs * 2, MAX_BACKOFF_MS)
  }
}
