import { createAppender } from './appender.ts'
import { createBackoff } from './backoff.ts'
import type { Batch } from './batch.ts'
import type { Entry } from './entry.ts'
import { fitting } from './fitting.ts'
import { findBatch, type Place } from './insert-batch.ts'
import type { KeptSession } from './kept-session.ts'
import { recordId } from './record-id.ts'
import type { Commitments, Loaded } from './salts.ts'
import { seal } from './seal.ts'

export interface CommitObserver {
  /** A batch became durable, `seconds` after it was taken. */
  committed(records: number, seconds: number): void
}

export interface CommitParts {
  readonly session: KeptSession
  readonly commitments: Commitments
  readonly instance: string
  readonly observe?: CommitObserver | undefined
}

export interface Commit {
  /** Those of the entries that are for the next batch; the others are settled. */
  readonly left: readonly Entry[]
  /** `nothing`: none of them could be put on record, or nobody waited. `gaveUp`: nobody waits any more. */
  readonly outcome: 'durable' | 'nothing' | 'gaveUp'
}

/**
 * The commit protocol: a batch of the entries becomes durable, then their answers leave. Never two at a time. Crash means: this
 * process is gone, its clients see broken connections and no data.
 */
export function createCommitProtocol({
  session,
  commitments,
  instance,
  observe,
}: CommitParts): (taken: readonly Entry[]) => Promise<Commit> {
  const appender = createAppender()

  return async (taken) => {
    const startedAt = performance.now()
    const backoff = createBackoff()

    // 1. Salts for subjects that the cache lacks, in one statement for the whole batch.
    //    Crash: salts without records; they name subjects that this database already knows.
    const unsealed = taken.filter((entry) => entry.records === undefined)
    const subjects = unsealed.flatMap((entry) => entry.access.subjects)
    let of: Loaded | undefined
    while (unsealed.length > 0 && of === undefined) {
      if (!taken.some((entry) => entry.waiting)) return { left: [], outcome: 'gaveUp' }
      try {
        of = await session.use((s) => commitments.load(s, subjects))
      } catch {
        await backoff()
      }
    }
    const sealed = taken.filter(
      (entry) => entry.records !== undefined || (of && seal(entry, of(entry.access.subjects), instance)),
    )

    // 2. Fix the batch. From here on its id stands for exactly these records: later attempts send the same, with the
    //    records of callers that gave up meanwhile, because an earlier attempt may have committed them already.
    const entries = fitting(sealed)
    const left = sealed.slice(entries.length)
    if (entries.length === 0) return { left, outcome: 'nothing' }
    const batch: Batch = { id: recordId(), records: entries.flatMap((entry) => entry.records ?? []) }

    let sent = false
    while (entries.some((entry) => entry.waiting)) {
      try {
        const first = await session.use(async (s) => {
          // 4. An attempt that failed may have committed: its acknowledgement was lost, or it is still running on the
          //    server. Look before sending again. Should the old attempt commit between this look and the new attempt,
          //    the unique batch id makes the new one fail as a whole, and the next round finds the batch here.
          const found = sent ? await findBatch(s, batch.id) : undefined
          if (found !== undefined) return found

          // 3. One statement: lock the head, take indices, insert, fold, commit. It returns only after the flush to disk.
          //    Crash before the server commits: nothing is in the log and nothing was released.
          //    Crash after it: the records say that releases were authorised which never happened. Too many, not too few.
          sent = true
          return appender.append(s, batch)
        })

        // 5. Durable. Only now may the answers leave.
        //    Crash: as above, records too many.
        release(entries, first)
        observe?.committed(batch.records.length, (performance.now() - startedAt) / 1000)
        return { left, outcome: 'durable' }
      } catch {
        await backoff()
      }
    }

    // 6. Nobody waits any more: every caller got AuditUnavailable and released nothing. Whether the batch is in the log
    //    does not matter to them, so nobody looks.
    return { left, outcome: 'gaveUp' }
  }
}

function release(entries: readonly Entry[], { origin, index: first }: Place): void {
  let index = first
  for (const entry of entries)
    entry.resolve((entry.records ?? []).map(({ leafHash }) => ({ origin, index: index++, leafHash })))
}
