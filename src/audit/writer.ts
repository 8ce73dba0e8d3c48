import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Pool } from 'pg'
import { type Access, AuditUnavailable, type Receipt } from './access.ts'
import type { Arrivals } from './arrivals.ts'
import { type CommitObserver, createCommitProtocol } from './commit-protocol.ts'
import { CURRENT_HEAD } from './current-head.ts'
import { Entry } from './entry.ts'
import { MAX_BATCH_RECORDS } from './fitting.ts'
import { keepSession } from './kept-session.ts'
import type { Folded } from './record.ts'
import { recordId } from './record-id.ts'
import { createCommitments } from './salts.ts'
import { seal } from './seal.ts'
import { createSealApart, isLarge } from './seal-apart.ts'

const PROBE_EVERY_MS = 250
/**
 * A commit costs both processes nearly the same for one record as for ten. So it waits for reads that are about to end, for no
 * longer than it takes itself: at 16 connections twice as many records share one.
 */
const LINGER_MS = 1

export interface WriterOptions {
  readonly pool: Pool
  readonly instance: string
  readonly deadlineMs: number
  /** Accesses whose data is being read. */
  readonly arrivals: Arrivals
  /** Longest wait for them; only tests give one. */
  readonly lingerMs?: number | undefined
  readonly observe?: WriterObserver | undefined
}

export interface WriterObserver extends CommitObserver {
  /** One attempt failed; the batch may still succeed. */
  failed(): void
}

export interface Writer {
  /** Resolves when the record is durable; rejects with AuditUnavailable within `withinMs` in every other case. */
  append(access: Access, folded: Folded | undefined, withinMs: number): Promise<readonly Receipt[]>
  /** True after a batch was given up, until the database answers again. */
  readonly down: boolean
  /** Commits what waits, at most until its deadlines, and lets the connection go. */
  close(): Promise<void>
}

/** The only writer of this process: at most one commit is in flight, and what arrives meanwhile makes up the next batch. */
export function startWriter({
  pool,
  instance,
  deadlineMs,
  arrivals,
  lingerMs = LINGER_MS,
  observe,
}: WriterOptions): Writer {
  // An attempt, a lookup and a second attempt fit in one deadline.
  const stepMs = Math.max(5, Math.floor(deadlineMs / 3))
  const commitments = createCommitments()
  const session = keepSession(pool, stepMs, () => observe?.failed())
  const commitBatch = createCommitProtocol({ session, commitments, instance, observe })
  const large = createSealApart({
    pool,
    stepMs,
    instance,
    commitments,
    sealed: enqueue,
    failed: () => observe?.failed(),
    gaveUp() {
      down = true
      running ??= probe()
    },
  })
  let waiting: Entry[] = []
  let running: Promise<void> | undefined
  let down = false
  let closed = false

  const append: Writer['append'] = (access, folded, withinMs) => {
    if (closed || down) return Promise.reject(new AuditUnavailable('the access log cannot be reached'))
    const entry = new Entry(access, folded, recordId(), withinMs)
    if (isLarge(access)) {
      large.add(entry)
      return entry.receipts
    }
    // Sealed at once where no salt must be read, so that hashing overlaps the commit in flight.
    const known = commitments.known(access.subjects)
    if (known === undefined || seal(entry, known, instance)) enqueue(entry)
    return entry.receipts
  }

  function enqueue(entry: Entry): void {
    waiting.push(entry)
    running ??= run()
  }

  /**
   * An idle writer commits in the next turn of the event loop, a busy one as soon as it is free; both wait a moment for what
   * is being read. Nobody who is alone waits for a timer.
   */
  async function run(): Promise<void> {
    try {
      await gather()
      while (waiting.length > 0) {
        await commit()
        await gather()
      }
    } catch {
      // A bug of ours. Whoever waits gets AuditUnavailable at its deadline; the probe below starts the writer again.
      down = true
    }
    running = down && !closed ? probe() : undefined
  }

  async function gather(): Promise<void> {
    await turn()
    if (waiting.length === 0 || waiting.length >= MAX_BATCH_RECORDS) return
    const settled = arrivals.settled(lingerMs)
    if (settled === undefined) return
    await settled
    // What was read last is appended in this turn.
    await turn()
  }

  async function commit(): Promise<void> {
    // Whoever gave up meanwhile got 503 and released nothing, so its record may be left out.
    // Crash: the accesses were never released; nothing is in the log, and nothing is owed to it.
    const taken = waiting.filter((entry) => entry.waiting)
    waiting = taken.splice(MAX_BATCH_RECORDS)
    const { left, outcome } = await commitBatch(taken)
    waiting.unshift(...left)
    if (outcome !== 'nothing') down = outcome === 'gaveUp'
  }

  /** Until the log answers, nothing is accepted; this asks on its own account, so recovery needs no traffic. */
  async function probe(): Promise<void> {
    while (down && !closed) {
      await pause(PROBE_EVERY_MS)
      try {
        // Under the lock that a commit takes: a head that can be read and not be moved is no log that works.
        await session.use((s) => s.query({ text: `SELECT size FROM ${CURRENT_HEAD} FOR UPDATE` }))
        down = false
      } catch {
        // Still down.
      }
    }
    running = waiting.length > 0 ? run() : undefined
  }

  return {
    append,
    get down() {
      return down
    },
    async close() {
      closed = true
      await large.settled()
      while (running !== undefined) await running
      session.release()
    },
  }
}
