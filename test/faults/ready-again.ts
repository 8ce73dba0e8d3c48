import { setTimeout as delay } from 'node:timers/promises'

const READY_WITHIN_MS = 5_000

/**
 * Waits until a gateway is ready; `since` is when the fault ended, by `performance.now()`.
 * @returns when it was
 * @throws when it is not within five seconds
 */
export async function readyAgain(endpoint: string, since: number): Promise<number> {
  for (;;) {
    const { status } = await fetch(new URL('/readyz', endpoint))
    const now = performance.now()
    if (status === 200) return now
    if (now - since > READY_WITHIN_MS) throw new Error('not ready 5 s after the fault had ended')
    await delay(10)
  }
}
