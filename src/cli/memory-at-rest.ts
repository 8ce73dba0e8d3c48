import { performance } from 'node:perf_hooks'

/** Of the event loop's time. Looking after the files of the policy and the log takes a tenth of that by itself. */
const AT_REST = 0.01
/** Quiet looks that one at which there was something to do takes back: what looks after itself may take a moment now and then. */
const TAKES_BACK = 3
/** A collection stands still for 0.1 to 0.3 s, so there must be something to give back. */
const WORTH_BYTES = 128 * 2 ** 20

export interface Rest {
  readonly lookEveryMs: number
  /** Looks at which there was nothing to do, until what the start took is given back. */
  readonly afterStart: number
  /** The same for what a load took, which the next load may need again and would have to fetch anew. */
  readonly afterLoad: number
}

const REST: Rest = { lookEveryMs: 1_000, afterStart: 2, afterLoad: 300 }

/**
 * Gives back the memory that a start or a load took, once there is nothing to do. V8 by itself collects only as it allocates,
 * and keeps the room.
 *
 * @returns ends it
 */
export function giveBackMemoryAtRest({ lookEveryMs, afterStart, afterLoad }: Rest = REST): () => void {
  let kept: number | undefined
  let rested = 0
  let before = performance.eventLoopUtilization()

  async function look(): Promise<void> {
    const now = performance.eventLoopUtilization()
    const quiet = performance.eventLoopUtilization(now, before).utilization < AT_REST
    before = now
    rested = Math.max(0, rested + (quiet ? 1 : -TAKES_BACK))
    if (rested < (kept === undefined ? afterStart : afterLoad)) return
    rested = 0
    if (process.memoryUsage().heapTotal - (kept ?? 0) >= WORTH_BYTES) await collectAll()
    kept = process.memoryUsage().heapTotal
  }

  const timer = setInterval(() => void look().catch(end), lookEveryMs).unref()
  const end = () => clearInterval(timer)
  return end
}

/**
 * As a debugger asks for it, over no port: V8 is told that memory is short. `gc()` would leave it the room that it had.
 *
 * @throws where Node was built without its inspector
 */
async function collectAll(): Promise<void> {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}
