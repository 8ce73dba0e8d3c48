import { setTimeout as delay } from 'node:timers/promises'
import { expectedFailureOf } from './expected-failure-of.ts'
import { openGateway } from './open-gateway.ts'
import type { ServeOptions, Undo } from './serve-options.ts'

export interface RunningGateway {
  /** `http://HOST:PORT/graphql` */
  readonly url: string
  /** Answers what is under way, writes what is to go on record, stops what was started. */
  close(): Promise<void>
}

/** How long a step that was interrupted may take to end. */
const STEP_ENDS_MS = 3_000

/**
 * A gateway that listens. Where it cannot be opened, or `stop` aborts before it is, whatever was opened is closed again.
 *
 * @throws ExpectedFailure for what whoever starts it can mend; the reason of `stop`
 */
export async function serve(options: ServeOptions): Promise<RunningGateway> {
  const { stop = new AbortController().signal } = options
  stop.throwIfAborted()
  const opened: Undo[] = []
  const close = async (): Promise<void> => {
    for (let undo = opened.pop(); undo; undo = opened.pop()) await undo()
  }
  const opening = openGateway(options, opened)
  try {
    const url = await Promise.race([opening, aborted(stop)])
    return { url, close }
  } catch (error) {
    await close()
    // A step that was interrupted fails, now that what it stood on is closed, or has opened one thing more.
    await Promise.race([opening.catch(() => undefined), delay(STEP_ENDS_MS, undefined, { ref: false })])
    await close()
    if (stop.aborted) throw stop.reason
    throw expectedFailureOf(error) ?? error
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if (signal.aborted) reject(signal.reason)
  })
}
