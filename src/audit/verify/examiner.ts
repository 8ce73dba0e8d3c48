import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ExaminedRows, examineRows } from './examine-rows.ts'

/** Examines pieces of a log; who asks keeps the results in order. */
export interface Examiner {
  /** Writes into the piece, and is done with it when it returns. */
  examine(rows: Buffer): ExaminedRows | Promise<ExaminedRows>
  /** How many pieces are worth having under way. */
  readonly width: number
  close(): Promise<void>
}

/** So that a thread has the next piece while its last result is on its way. */
const PIECES_PER_THREAD = 2
/** PostgreSQL needs a processor too, and one thread reads for all. */
const MOST_THREADS = 3

/** Starting a thread takes what some hundred thousand records take. */
const WORTH_HELP = 500_000

/** How many threads pay besides this one: none for a short log, which is verified before they have started. */
export function threadsFor(records: number): number {
  return records < WORTH_HELP ? 0 : Math.min(MOST_THREADS, availableParallelism() - 1)
}

/**
 * Shares the work with other threads as they come up and have time. What they cannot take at once is examined here, so this
 * thread waits for nobody and a slow one holds up nothing.
 */
export function openExaminer(threads: number): Examiner {
  const helpers = Array.from({ length: threads }, startHelper)
  return {
    width: threads * PIECES_PER_THREAD,
    examine(rows) {
      const free = helpers.find((helper) => helper.takes())
      return free ? free.examine(rows) : examineRows(rows)
    },
    async close() {
      await Promise.all(helpers.map((helper) => helper.close()))
    },
  }
}

function startHelper() {
  const worker = new Worker(new URL('examine-thread.mjs', import.meta.url))
  const waiting: { resolve(rows: ExaminedRows): void; reject(error: unknown): void }[] = []
  let ready = false
  let failed = false
  worker.once('message', () => {
    ready = true
    // Answers come in the order of the questions.
    worker.on('message', (rows: ExaminedRows) => waiting.shift()?.resolve(rows))
  })
  worker.on('error', (error) => {
    failed = true
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  return {
    takes: () => ready && !failed && waiting.length < PIECES_PER_THREAD,
    examine(rows: Buffer): Promise<ExaminedRows> {
      const piece = new Uint8Array(rows)
      worker.postMessage(piece, [piece.buffer])
      const answer = new Promise<ExaminedRows>((resolve, reject) => waiting.push({ resolve, reject }))
      // Nobody asks for the answers that come after the first that failed.
      answer.catch(() => undefined)
      return answer
    },
    async close(): Promise<void> {
      if (failed) return
      const gone = once(worker, 'exit')
      await worker.terminate()
      await gone
    },
  }
}
