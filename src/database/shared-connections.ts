import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Cancellation } from '../cancellation.ts'
import { failureOf } from './failure.ts'
import { PlannedGroup, type Rows } from './planned-group.ts'
import { connectionConfig, MAX_LIFETIME_SECONDS, type PoolOptions } from './pools.ts'
import { ReadingClient } from './reading-client.ts'
import {
  CANCELLED,
  cancelUntil,
  isReusableAfter,
  names,
  type Statement,
  type StatementResult,
} from './run-statement.ts'

/** Statements that one connection may hold at a time. */
const MOST_PENDING = 32
/** No answer for so long: what was thought to be short is not, and nothing more is put behind it. */
const STUCK_AFTER_MS = 20
/** A statement that is short is over before its cancellation would arrive; this one is not short. */
const CANCEL_AFTER_MS = 20
const CONNECT_AGAIN_MS = 1_000
/** What has waited longer for an answer that never came has no time left to wait again. */
const AGAIN_WITHIN_MS = 1_000

export interface SharedConnections {
  /** Runs a short statement; undefined: it was not run, or came to nothing, and has to be run on a connection of its own. */
  run(statement: Statement, cancellation: Cancellation | undefined): Promise<StatementResult | undefined>
  readonly total: number
  /** Resolves when what was sent has been answered and the connections are closed. */
  end(): Promise<void>
}

/**
 * Connections on which short statements follow one another without waiting for each other's answers (the protocol's
 * pipelining), on each those of one turn of the event loop as one (`PlannedGroup`). What a short statement costs is mostly
 * waking a server process and being woken by it; together they wake once. Whatever goes wrong with a connection or with the
 * statement before, the others are run again elsewhere, which only reading allows.
 */
export function openSharedConnections(options: PoolOptions, size: number): SharedConnections {
  const open: SharedConnection[] = []
  const retired = new Set<Promise<void>>()
  let connecting = 0
  let notBefore = 0
  let ended = false

  function retire(connection: SharedConnection): void {
    const at = open.indexOf(connection)
    if (at === -1) return
    open.splice(at, 1)
    const closed: Promise<void> = connection.close().finally(() => retired.delete(closed))
    retired.add(closed)
  }

  async function connect(): Promise<void> {
    connecting++
    const client = new ReadingClient({ ...connectionConfig(options), pipeline: true } as pg.ClientConfig)
    const connection = new SharedConnection(client)
    const lost = () => retire(connection)
    client.on('error', lost)
    client.on('end', lost)
    try {
      await client.connect()
      if (ended) await client.end()
      else open.push(connection)
    } catch {
      // Whoever wants to know why the database cannot be reached learns it on a connection of its own.
      notBefore = performance.now() + CONNECT_AGAIN_MS
    } finally {
      connecting--
    }
  }

  /** The one with the fewest statements. Connections are opened in the background; nobody waits for one. */
  function choose(): SharedConnection | undefined {
    const now = performance.now()
    if (open.length + connecting < size && !ended && now >= notBefore) void connect()
    let best: SharedConnection | undefined
    for (const connection of open)
      if (connection.pending < (best?.pending ?? MOST_PENDING) && !connection.isStuck(now)) best = connection
    return best
  }

  return {
    get total() {
      return open.length
    },
    async run(statement, cancellation) {
      if (cancellation?.requested) return CANCELLED
      const connection = choose()
      if (connection === undefined) return undefined
      const result = await connection.run(statement, cancellation, () => retire(connection))
      if (connection.isWornOut) retire(connection)
      return result
    },
    async end() {
      ended = true
      for (const connection of [...open]) retire(connection)
      await Promise.all(retired)
    },
  }
}

class SharedConnection {
  pending = 0
  readonly #client: pg.Client
  readonly #openedAt = performance.now()
  #gathering: PlannedGroup | undefined
  #progressAt = 0
  /** Whichever statement is running is cancelled: the server cannot be told which. */
  readonly #cancelling: Promise<void>[] = []
  #idle: () => void = () => undefined

  constructor(client: pg.Client) {
    this.#client = client
  }

  get isWornOut(): boolean {
    return performance.now() - this.#openedAt > MAX_LIFETIME_SECONDS * 1_000 || names.isFull(this.#client)
  }

  isStuck(now: number): boolean {
    return this.pending > 0 && now - this.#progressAt > STUCK_AFTER_MS
  }

  async run(
    statement: Statement,
    cancellation: Cancellation | undefined,
    retire: () => void,
  ): Promise<StatementResult | undefined> {
    const sentAt = performance.now()
    if (this.pending === 0) this.#progressAt = sentAt
    this.pending++
    let timer: NodeJS.Timeout | undefined
    let settled = false
    const cancel = () => {
      timer = setTimeout(() => {
        retire()
        this.#cancelling.push(cancelUntil(this.#client, () => settled))
      }, CANCEL_AFTER_MS)
    }
    cancellation?.add(cancel)
    try {
      const rows = await this.#send(statement)
      if (cancellation?.requested) return CANCELLED
      return rows && { kind: 'rows', rows }
    } catch (error) {
      const failure = failureOf(error)
      if (!isReusableAfter(failure)) retire()
      if (cancellation?.requested) return CANCELLED
      // Hit by another one's cancellation, or the connection is gone: nothing is known about this statement.
      const hit = this.#cancelling.length > 0 && failure.code === 'STATEMENT_TIMEOUT'
      const lost = failure.code === 'DATABASE_UNAVAILABLE' && performance.now() - sentAt < AGAIN_WITHIN_MS
      // Sent when it was to be prepared by a group that has failed before.
      const unprepared = failure.sqlState === '26000'
      return hit || lost || unprepared ? undefined : failure
    } finally {
      settled = true
      clearTimeout(timer)
      cancellation?.delete(cancel)
      this.pending--
      this.#progressAt = performance.now()
      if (this.pending === 0) this.#idle()
    }
  }

  /** Once what was sent has been answered. */
  async close(): Promise<void> {
    if (this.pending > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    await Promise.all(this.#cancelling)
    await Promise.race([
      this.#client.end().catch(() => undefined),
      delay(CONNECT_AGAIN_MS, undefined, { ref: false }),
    ])
  }

  /** With all others of this turn of the event loop. Undefined: another one's failure kept it from being run. */
  #send({ name, text, values, planOnce = false }: Statement): Promise<Rows | undefined> {
    return new Promise((resolve, reject) => {
      this.#gathering ??= this.#startGroup()
      const statement = { name: names.admit(this.#client, name), text, values, planOnce }
      this.#gathering.add(statement, (outcome) =>
        outcome instanceof Error ? reject(outcome) : resolve(outcome),
      )
    })
  }

  #startGroup(): PlannedGroup {
    const group = new PlannedGroup(this.#client)
    setImmediate(() => {
      this.#gathering = undefined
      try {
        this.#client.query(group)
      } catch (error) {
        group.handleError(error as Error)
      }
    })
    return group
  }
}
