import type { Attributes, Meter } from '@opentelemetry/api'
import type { Outcome } from '../audit/access.ts'

/**
 * What the gateway counts. A label value comes from a closed set (the policy's purposes, the outcomes, the names of our
 * own pools) and never from a request, so that no data can appear in a metric and no caller can grow the number of series.
 */
export interface Instruments {
  /** The purposes that may appear as a label; until it is called, every declared purpose counts as `unknown`. */
  usePurposes(names: Iterable<string>): void
  /** One answered request. `purpose`: as declared, `undefined` where none was. */
  request(purpose: string | undefined, decision: Outcome, durationMs: number): void
  /** A principal without a role of the purpose asked for it: a use began, went on, or was refused. */
  breakGlass(purpose: string, event: BreakGlassEvent): void
  /** A running gateway was given another policy. */
  policyChange(outcome: 'taken' | 'refused'): void
  plan(durationMs: number): void
  planCache(hit: boolean): void
  /** One statement. */
  read(durationMs: number): void
  /** One committed batch of access records. */
  auditCommit(durationMs: number, records: number): void
  /** `stats` is called whenever metrics are read. */
  observePool(name: string, stats: () => PoolStats): void
  observeQueue(depth: () => number): void
  /** `failed`: whether this gateway signs the log no more, because it was altered. Not for one that never signs. */
  observeSigning(failed: () => boolean): void
}

export type BreakGlassEvent = 'opened' | 'used' | 'refused'

export interface PoolStats {
  /** Open connections, idle ones included. */
  readonly total: number
  readonly idle: number
  /** Requests that wait for a connection. */
  readonly waiting: number
}

const SECONDS = {
  unit: 's',
  advice: {
    explicitBucketBoundaries: [
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ],
  },
}

export function createInstruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(`purpose_gateway.${name}`, { description, ...SECONDS })
  const count = (name: string, unit: string, description: string) =>
    meter.createCounter(`purpose_gateway.${name}`, { description, unit })

  const requests = count('requests', '{request}', 'Requests answered.')
  const requestDuration = seconds(
    'request.duration',
    'From the first byte of a request to the last of its answer.',
  )
  const planDuration = seconds('plan.duration', 'Making the plan of one operation.')
  const readDuration = seconds('read.duration', 'One statement on the governed data.')
  const commitDuration = seconds('audit.commit.duration', 'One durable commit of access records.')
  const records = count('audit.records', '{record}', 'Access records committed.')
  const breakGlass = count('break_glass', '{event}', 'Uses of purposes by principals without a role of them.')
  const policyChanges = count(
    'policy.changes',
    '{change}',
    'Changed policies that a running gateway was given.',
  )
  const hits = count('plan.cache.hits', '{lookup}', 'Operations whose plan was already made.')
  const misses = count('plan.cache.misses', '{lookup}', 'Operations whose plan had to be made.')
  const none = labelsOf('none')
  const unknown = labelsOf('unknown')
  let known: ReadonlyMap<string, Labels> = new Map()

  return {
    usePurposes(names) {
      known = new Map(Array.from(names, (name) => [name, labelsOf(name)]))
    },
    request(purpose, decision, durationMs) {
      const labels = (purpose === undefined ? none : (known.get(purpose) ?? unknown))[decision]
      requests.add(1, labels)
      requestDuration.record(durationMs / 1000, labels)
    },
    breakGlass: (purpose, event) =>
      breakGlass.add(1, { purpose: known.has(purpose) ? purpose : 'unknown', event }),
    policyChange: (outcome) => policyChanges.add(1, { outcome }),
    plan: (durationMs) => planDuration.record(durationMs / 1000),
    planCache: (hit) => (hit ? hits : misses).add(1),
    read: (durationMs) => readDuration.record(durationMs / 1000),
    auditCommit(durationMs, committed) {
      commitDuration.record(durationMs / 1000)
      records.add(committed)
    },
    ...observers(meter),
  }
}

/** Names and attributes of pools: OpenTelemetry semantic conventions for database client metrics. */
function observers(meter: Meter): Pick<Instruments, 'observePool' | 'observeQueue' | 'observeSigning'> {
  const connections = meter.createObservableGauge('db.client.connection.count', {
    description: 'Open connections, by pool and state.',
    unit: '{connection}',
  })
  const waiting = meter.createObservableGauge('db.client.connection.pending_requests', {
    description: 'Requests that wait for a connection, by pool.',
    unit: '{request}',
  })
  const queue = meter.createObservableGauge('purpose_gateway.audit.queue.depth', {
    description: 'Accesses that wait for their commit.',
    unit: '{access}',
  })
  const signingFault = meter.createObservableGauge('purpose_gateway.audit.signing.fault', {
    description: 'Whether the access log was altered, and is not signed any more: 1, else 0.',
    unit: '{fault}',
  })
  return {
    observePool(name, stats) {
      const pool = { 'db.client.connection.pool.name': name }
      const idle = { ...pool, 'db.client.connection.state': 'idle' }
      const used = { ...pool, 'db.client.connection.state': 'used' }
      meter.addBatchObservableCallback(
        (observer) => {
          const now = stats()
          observer.observe(connections, now.idle, idle)
          observer.observe(connections, now.total - now.idle, used)
          observer.observe(waiting, now.waiting, pool)
        },
        [connections, waiting],
      )
    },
    observeQueue: (depth) => queue.addCallback((observer) => observer.observe(depth())),
    observeSigning: (failed) => signingFault.addCallback((observer) => observer.observe(failed() ? 1 : 0)),
  }
}

type Labels = Readonly<Record<Outcome, Attributes>>

/** Made once: building attributes in every request would cost more than counting it. */
function labelsOf(purpose: string): Labels {
  const labels = (decision: Outcome): Attributes => ({ purpose, decision })
  return {
    granted: labels('granted'),
    pruned: labels('pruned'),
    refused: labels('refused'),
    failed: labels('failed'),
  }
}
