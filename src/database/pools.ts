import pg from 'pg'

export interface PoolOptions {
  readonly url: string
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string
  readonly size: number
  readonly statementTimeoutMs: number
  /** Longest wait for a connection, a new one or one that others use. */
  readonly connectionTimeoutMs: number
}

export interface PoolStats {
  readonly total: number
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
}

export const MAX_LIFETIME_SECONDS = 3_600

type PoolClient = NonNullable<pg.PoolConfig['Client']>

/** How much longer than the server's timeout to wait for an answer before taking the server for lost. */
const GRACE_MS = 1_000

/**
 * A pool that outlives its server: a connection that breaks, idle or in use, is replaced when the next one is wanted.
 * Values arrive as the server writes them, as text; only booleans, small integers, floats and bytes become JavaScript
 * values. So no number or instant loses digits, and JSON is passed on unparsed.
 *
 * @param Client what its connections are; left out: pg's own
 */
export function openPool(options: PoolOptions, Client?: PoolClient): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(options),
    ...(Client && { Client }),
    max: options.size,
    // Prepared statements are worth keeping; an hour bounds what a connection can collect.
    idleTimeoutMillis: 300_000,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
  })
  // Without listeners either event would end the process. Whoever uses the connection gets the error from its query.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

export function connectionConfig(options: PoolOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + GRACE_MS,
    types: { getTypeParser },
  }
}

export function poolStats(pool: pg.Pool): PoolStats {
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }
}

const PARSED: ReadonlySet<number> = new Set([
  pg.types.builtins.BOOL,
  pg.types.builtins.BYTEA,
  pg.types.builtins.INT2,
  pg.types.builtins.INT4,
  pg.types.builtins.FLOAT4,
  pg.types.builtins.FLOAT8,
])

const asItCame = (value: unknown): unknown => value

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: never) => unknown {
  if (!PARSED.has(oid)) return asItCame
  const parse = pg.types.getTypeParser(oid, format as 'text')
  return (value: string | Buffer) => parse(String(value))
}
