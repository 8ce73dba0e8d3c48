import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** What of a request its client knows for certain. */
export type Outcome =
  /** A whole answer with status 200; `digest` is the hex SHA-256 of its body. */
  | { readonly kind: 'answered'; readonly mark: string; readonly digest: string }
  /** A whole answer with another status; `code` as in the table of errors. */
  | { readonly kind: 'denied'; readonly mark: string; readonly status: number; readonly code: string }
  /** The connection broke, or was never made. */
  | { readonly kind: 'broken'; readonly mark: string; readonly reason: string }

export interface LoadOptions {
  /** `http://HOST:PORT/graphql` */
  readonly url: string
  readonly token: string
  /** Requests under way at any moment. */
  readonly concurrency: number
  /** Begins every mark; no two loads on one database may share it. */
  readonly name: string
}

export interface Load {
  readonly outcomes: readonly Outcome[]
  /** Requests that were written and have no whole answer yet. */
  readonly inFlight: number
  /** Milliseconds of the slowest request that was answered or denied. */
  readonly slowestMs: number
  /** Resolves when so many further answers came. @throws after half a minute without */
  answered(count: number): Promise<void>
  /** Sends nothing more; resolves when every request has its outcome. */
  stop(): Promise<readonly Outcome[]>
}

/** After an answer without data, so that a gateway that is down is not asked ten thousand times a second. */
const PAUSE_MS = 10
const PATIENCE_MS = 30_000

/**
 * Keeps so many requests under way on connections that are kept alive. Each is justified by a mark of its own, which
 * stands in its access record, and has a body like no other, since cursors are sealed afresh each time.
 */
export function startLoad({ url, token, concurrency, name }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const outcomes: Outcome[] = []
  let inFlight = 0
  let slowestMs = 0
  let answers = 0
  let serial = 0
  let stopped = false

  async function worker(): Promise<void> {
    while (!stopped) {
      const mark = `${name} ${serial++}`
      const body = JSON.stringify({ query: QUERY, variables: { first: 1 + (serial % 20) } })
      inFlight++
      const startedAt = performance.now()
      const outcome = await ask(agent, url, token, mark, body)
      inFlight--
      outcomes.push(outcome)
      if (outcome.kind !== 'broken') slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      if (outcome.kind === 'answered') answers++
      else await delay(PAUSE_MS)
    }
  }
  const workers = Array.from({ length: concurrency }, worker)

  return {
    outcomes,
    get inFlight() {
      return inFlight
    },
    get slowestMs() {
      return slowestMs
    },
    async answered(count) {
      const enough = answers + count
      for (const since = Date.now(); answers < enough; await delay(1))
        if (Date.now() - since > PATIENCE_MS)
          throw new Error(`${answers} of ${enough} answers after ${PATIENCE_MS} ms`)
    },
    async stop() {
      stopped = true
      await Promise.all(workers)
      agent.destroy()
      return outcomes
    },
  }
}

const QUERY = `query Load($first: Int!) {
  customers(first: $first) { nodes { id name cvr invoices(first: 3) { nodes { number total } } } pageInfo { endCursor } }
}`

function ask(agent: Agent, url: string, token: string, mark: string, body: string): Promise<Outcome> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-purpose': 'BILLING',
    'x-justification': mark,
  }
  return new Promise((resolve) => {
    const broken = (error: Error) => resolve({ kind: 'broken', mark, reason: error.message })
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', broken)
      response.on('end', () => {
        // A body that ends before its length is no answer that anybody could use.
        if (!response.complete) return broken(new Error('cut short'))
        const status = response.statusCode ?? 0
        const text = Buffer.concat(chunks)
        if (status !== 200) return resolve({ kind: 'denied', mark, status, code: codeIn(text) })
        resolve({ kind: 'answered', mark, digest: createHash('sha256').update(text).digest('hex') })
      })
    })
    sent.on('error', broken)
    sent.end(body)
  })
}

function codeIn(body: Buffer): string {
  try {
    return String(JSON.parse(body.toString()).errors[0].extensions.code)
  } catch {
    return 'no code'
  }
}
