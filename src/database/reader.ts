import type pg from 'pg'
import type { Cancellation } from '../cancellation.ts'
import { openPool, type PoolOptions, type PoolStats, poolStats } from './pools.ts'
import { ReadingClient } from './reading-client.ts'
import { runStatement, type Statement, type StatementResult } from './run-statement.ts'
import { openSharedConnections } from './shared-connections.ts'

/** What governed data is read through. */
export interface Reader {
  /** Runs one statement. Never rejects. `cancellation` cancels it in the server. */
  run(statement: Statement, cancellation: Cancellation | undefined): Promise<StatementResult>
  /** Of the connections that one statement has for itself; long texts arrive as bytes (`ReadingClient`). */
  readonly pool: pg.Pool
  readonly stats: PoolStats
  end(): Promise<void>
}

const SHARED = 2
/** With fewer connections, none can be spared for sharing. */
const LEAST_TO_SHARE = 4

/** `size` connections, two of which short statements share; a statement that may take long has one for itself. */
export function openReader(options: PoolOptions): Reader {
  const sharing = options.size >= LEAST_TO_SHARE ? SHARED : 0
  const pool = openPool({ ...options, size: options.size - sharing }, ReadingClient)
  const shared = openSharedConnections(options, sharing)
  return {
    pool,
    async run(statement, cancellation) {
      const result = statement.short ? await shared.run(statement, cancellation) : undefined
      return result ?? runStatement(pool, statement, cancellation)
    },
    get stats() {
      const { total, ...rest } = poolStats(pool)
      return { ...rest, total: total + shared.total }
    },
    async end() {
      await Promise.all([shared.end(), pool.end()])
    },
  }
}
