import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { invariant } from '../invariant.ts'
import { type AccessLog, AuditUnavailable } from './access.ts'
import { countArrivals } from './arrivals.ts'
import { CURRENT_HEAD } from './current-head.ts'
import { createFolder } from './folder.ts'
import { withSession } from './session.ts'
import { within } from './within.ts'
import { startWriter, type WriterObserver } from './writer.ts'

export interface AccessLogOptions {
  /** The log's own pool, connecting as the auditor; at least two connections. The caller ends it, after `close`. */
  readonly pool: Pool
  /** Names this process in every record. */
  readonly instance: string
  /** Accesses that may wait at the same time. */
  readonly queueSize: number
  /** Longest wait of one access for its commit. */
  readonly deadlineMs: number
  /** Longest wait of a commit for accesses that are expected; only tests give one. */
  readonly lingerMs?: number
  /** Milliseconds since the epoch. */
  now(): number
  readonly observe?: WriterObserver
}

/** The access log on PostgreSQL; `AccessLog` states the contract. Opens no connection before the first use. */
export function openAccessLog({
  pool,
  instance,
  queueSize,
  deadlineMs,
  lingerMs,
  now,
  observe,
}: AccessLogOptions): AccessLog {
  invariant(pool.options.max >= 2, 'the pool of the access log needs two connections')
  const connectMs = Math.max(5, Math.floor(deadlineMs / 3))
  // A connect that hangs must not keep its place in the pool, or the pool is full when the database comes back.
  pool.options.connectionTimeoutMillis = Math.min(
    pool.options.connectionTimeoutMillis || connectMs,
    connectMs,
  )
  // An idle connection that dies is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined)

  const arrivals = countArrivals()
  const writer = startWriter({ pool, instance, deadlineMs, arrivals, lingerMs, observe })
  const folder = createFolder({ write: writer.append, deadlineMs, now })
  let depth = 0
  let closing = false
  let emptied: () => void = () => undefined

  /** @returns how many rows it is about */
  async function ask(text: string, values: unknown[]): Promise<number> {
    const { rowCount } = await withSession(pool, connectMs, (session) => session.query({ text, values }))
    return rowCount ?? 0
  }

  const accepts = () => !closing && depth < queueSize && !writer.down

  return {
    accepts,
    expect: arrivals.expect,
    async append(access) {
      if (!accepts()) throw new AuditUnavailable('the access log takes no more')
      depth++
      try {
        return await folder.append(access)
      } catch {
        throw new AuditUnavailable('the access could not be put on record')
      } finally {
        depth--
        if (depth === 0) emptied()
      }
    },
    async registerPolicy(hash, text) {
      invariant(
        createHash('sha256').update(text, 'utf8').digest('hex') === hash,
        'the policy hash is not that of its text',
      )
      try {
        // A text may be long, and after the first start it is there; no other can be under its hash.
        if ((await ask('SELECT FROM gateway.policy_version WHERE hash = $1', [hash])) > 0) return
        await ask('INSERT INTO gateway.policy_version (hash, text) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          hash,
          text,
        ])
      } catch {
        throw new AuditUnavailable('the policy could not be put on record')
      }
    },
    async ping() {
      if (writer.down) return false
      return ask(`SELECT size FROM ${CURRENT_HEAD}`, []).then(
        () => true,
        () => false,
      )
    },
    get queueDepth() {
      return depth
    },
    async close() {
      closing = true
      const empty = new Promise<void>((resolve) => {
        emptied = resolve
        if (depth === 0) resolve()
      })
      await within(
        empty.then(() => writer.close()),
        deadlineMs,
      ).catch(() => undefined)
    },
  }
}
