import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ClientBase } from 'pg'
import { PACKAGE_ROOT } from '../../package-root.ts'
import type { LeafRange, ReadLeaves } from './read-leaves.ts'
import type { LeafReader } from './share-out.ts'

/** Where a thread sees the log exactly as this one does. */
export interface SharedSnapshot {
  /** With a password. */
  readonly url: string
  /** As `pg_export_snapshot` names it; good until the transaction that exported it ends. */
  readonly snapshot: string
}

export interface ReaderThreads {
  /**
   * Starts as many as pay for so many records. Each is there as soon as it can read; undefined: it could not be started, so the
   * others do its work.
   */
  start(records: number): Promise<readonly Promise<LeafReader | undefined>[]>
  close(): Promise<void>
}

/** The server has a process for each connection, and one thread compares what all of them read. */
const MOST_THREADS = 3
/** Starting a thread takes as long as reading some ten thousand records. */
const WORTH_HELP = 200_000

/** How many threads pay beside this one. */
function threadsFor(records: number): number {
  return records < WORTH_HELP ? 0 : Math.min(MOST_THREADS, availableParallelism() - 1)
}

/**
 * Threads that read and hash records, each through a connection of its own.
 *
 * @param client in a transaction that stays open, and sees what they shall see
 * @param url of its database
 */
export function readerThreads(client: ClientBase, url: string, count = threadsFor): ReaderThreads {
  let threads: readonly ReturnType<typeof startThread>[] = []
  return {
    async start(records) {
      const wanted = count(records)
      if (wanted === 0) return []
      const { rows } = await client.query<{ name: string }>('SELECT pg_export_snapshot() AS name')
      const shared = { url, snapshot: rows[0]?.name ?? '' }
      threads = Array.from({ length: wanted }, () => startThread(shared))
      return threads.map(({ reader }) => reader)
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

/** Found from the top, because this module may be a part of the bundle. */
const THREAD = join(PACKAGE_ROOT, 'src', 'audit', 'verify', 'reader-thread.mjs')

function startThread(shared: SharedSnapshot) {
  const worker = new Worker(THREAD, { workerData: shared, execArgv: [] })
  const gone = once(worker, 'exit')
  let asked: { resolve(read: ReadLeaves): void; reject(error: unknown): void } | undefined
  worker.on('error', (error) => asked?.reject(error))
  const read: LeafReader = (range: LeafRange) =>
    new Promise((resolve, reject) => {
      asked = { resolve, reject }
      worker.postMessage(range)
    })
  const ready = once(worker, 'message').then(
    () => {
      worker.on('message', (answer: ReadLeaves) => {
        // A Buffer comes over as a Uint8Array.
        asked?.resolve({ ...answer, leaves: Buffer.from(answer.leaves.buffer) })
      })
      return read
    },
    () => undefined,
  )
  return {
    reader: Promise.race([
      ready,
      gone.then(
        () => undefined,
        () => undefined,
      ),
    ]),
    async close(): Promise<void> {
      await worker.terminate()
    },
  }
}
