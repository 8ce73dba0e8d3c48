import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type GatewayProcess, spawnGateway } from '../faults/gateway-process.ts'
import { type Answer, type Asked, ask, tokensOf } from '../gateway.ts'
import { type CollectedSpan, type Collector, startCollector } from './collector.ts'

const CLERK = {
  subject: 'marker-subject',
  app: 'invoicing',
  roles: ['BILLING_CLERK', 'marker-role'],
  purposes: ['BILLING'],
}
const ERROR = 2

let database: TestDatabase
let collector: Collector
let dataDir: string
let gateway: GatewayProcess
let url: string
beforeAll(async () => {
  database = await createTestDatabase({ template: 'demo' })
  collector = await startCollector()
  dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-telemetry-'))
  gateway = spawnGateway({
    env: {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      STATEMENT_TIMEOUT_MS: '1000',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    },
  })
  url = await gateway.ready()
})
afterAll(async () => {
  await gateway?.kill('SIGKILL')
  collector?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

let serial = 0

interface Traced {
  readonly answer: Answer
  readonly traceId: string
  readonly callerSpanId: string
  /** Of this request alone, by name. */
  readonly spans: ReadonlyMap<string, CollectedSpan>
}

/** Asks within a trace of its own, and waits for the spans of that. */
async function traced(asked: Asked, token?: string): Promise<Traced> {
  const traceId = (++serial).toString(16).padStart(32, 'a')
  const callerSpanId = 'b7ad6b7169203331'
  const headers = { ...asked.headers, traceparent: `00-${traceId}-${callerSpanId}-01` }
  const answer = await ask(url, token ?? (await tokensOf(dataDir)(CLERK)), { ...asked, headers })
  const ours = () => collector.spans().filter((span) => span.traceId === traceId)
  await expect.poll(() => ours().some(({ name }) => name === 'graphql'), { timeout: 5_000 }).toBe(true)
  return { answer, traceId, callerSpanId, spans: new Map(ours().map((span) => [span.name, span])) }
}

async function recordOf(traceId: string) {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('SELECT record FROM gateway.access_record')
  await client.end()
  const records = rows.map(({ record }) => JSON.parse(record.toString()))
  return records.filter((record) => record.trace?.traceId === traceId)
}

const GRANTED: Asked = {
  query: `query MarkerOperation($name: String!) {
    customers(where: { name: { not: $name }, city: { not: "marker-literal" } }, first: 2) { nodes { name cvr } }
  }`,
  variables: { name: 'marker-variable' },
  purpose: 'BILLING',
  headers: { 'x-justification': 'marker-justification' },
}

test('a granted request: one span with plan, read and audit below it, within the trace of the caller', async () => {
  const { answer, traceId, callerSpanId, spans } = await traced(GRANTED)
  expect(answer.status).toBe(200)
  expect([...spans.keys()].sort()).toEqual(['audit', 'graphql', 'plan', 'read'])
  const request = spans.get('graphql')
  expect(request).toMatchObject({
    parentSpanId: callerSpanId,
    attributes: {
      'purpose_gateway.purpose': 'BILLING',
      'purpose_gateway.app': 'invoicing',
      'purpose_gateway.roles': ['BILLING_CLERK'],
      'purpose_gateway.decision': 'granted',
      'purpose_gateway.rows': 2,
      'http.response.status_code': 200,
    },
  })
  expect(request?.attributes['purpose_gateway.fields']).toBeGreaterThanOrEqual(3)
  for (const name of ['plan', 'read', 'audit']) expect(spans.get(name)?.parentSpanId).toBe(request?.spanId)
  expect(spans.get('read')?.attributes['db.query.text']).toContain('SELECT')
  const [record, ...more] = await recordOf(traceId)
  expect(more).toEqual([])
  expect(record.trace.spanId).toBe(request?.spanId)
})

test('which label of an enum was asked for is in no span', async () => {
  const { answer, spans } = await traced({
    query:
      'query ($status: InvoiceStatus) { invoices(first: 1, where: { status: { equals: $status } }) { nodes { id } } }',
    variables: { status: 'CREDITED' },
    purpose: 'BILLING',
  })
  expect(answer.status).toBe(200)
  expect(spans.get('read')?.attributes['db.query.text']).toContain('"status" = ?::')
  expect(JSON.stringify([...spans.values()])).not.toMatch(/credited/i)
})

test('a refused request, and one of nobody: a span with the decision, and the trace on record', async () => {
  const refused = await traced({ query: '{ customers { nodes { industryCode } } }', purpose: 'BILLING' })
  expect(refused.answer.status).toBe(403)
  expect([...refused.spans.keys()].sort()).toEqual(['audit', 'graphql', 'plan'])
  expect(refused.spans.get('graphql')).toMatchObject({
    attributes: { 'purpose_gateway.decision': 'refused', 'purpose_gateway.blocked': 1 },
    status: { code: 0 },
  })
  expect(await recordOf(refused.traceId)).toMatchObject([{ outcome: 'refused' }])

  const nobody = await traced({ query: '{ customers { nodes { id } } }' }, 'marker-token')
  expect(nobody.answer.status).toBe(401)
  expect(nobody.spans.get('graphql')?.attributes).toMatchObject({
    'purpose_gateway.decision': 'refused',
    'http.response.status_code': 401,
  })
  expect(await recordOf(nobody.traceId)).toMatchObject([{ outcome: 'refused' }])
})

test('a read that fails is an error of its span and of the request', async () => {
  const blocker = new pg.Client({ connectionString: database.url })
  await blocker.connect()
  await blocker.query('BEGIN; LOCK TABLE customer')
  const { answer, spans } = await traced(GRANTED)
  await blocker.end()
  expect(answer.status).toBe(504)
  expect(spans.get('read')).toMatchObject({
    status: { code: ERROR },
    attributes: { 'error.type': 'STATEMENT_TIMEOUT' },
  })
  expect(spans.get('graphql')).toMatchObject({
    status: { code: ERROR },
    attributes: { 'purpose_gateway.decision': 'failed', 'error.type': 'STATEMENT_TIMEOUT' },
  })
})

test('a client that goes away leaves a span and a count behind', async () => {
  const blocker = new pg.Client({ connectionString: database.url })
  await blocker.connect()
  await blocker.query('BEGIN; LOCK TABLE customer')
  const traceId = 'c'.repeat(32)
  const token = await tokensOf(dataDir)(CLERK)
  const gone = await fetch(url, {
    method: 'POST',
    signal: AbortSignal.timeout(300),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-purpose': 'BILLING',
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify(GRANTED),
  }).catch(() => 'gone')
  expect(gone).toBe('gone')
  const ours = () => collector.spans().find((span) => span.traceId === traceId && span.name === 'graphql')
  await expect.poll(ours, { timeout: 5_000 }).toMatchObject({
    attributes: { 'error.type': 'REQUEST_CANCELLED' },
  })
  await blocker.end()
})

test('metrics move with the requests', async () => {
  const before = await metrics()
  await traced(GRANTED)
  await traced({ query: '{ customers { nodes { industryCode } } }', purpose: 'BILLING' })
  await traced({ query: '{ customers { nodes { id } } }' }, 'marker-token')
  const after = await metrics()
  const grew = (series: string) => (after.get(series) ?? 0) - (before.get(series) ?? 0)
  const billing = (decision: string) => `{purpose="BILLING",decision="${decision}"}`
  expect(grew(`purpose_gateway_requests_total${billing('granted')}`)).toBe(1)
  expect(grew(`purpose_gateway_requests_total${billing('refused')}`)).toBe(1)
  expect(grew('purpose_gateway_requests_total{purpose="none",decision="refused"}')).toBe(1)
  expect(grew(`purpose_gateway_request_duration_seconds_count${billing('granted')}`)).toBe(1)
  expect(grew(`purpose_gateway_request_duration_seconds_sum${billing('granted')}`)).toBeGreaterThan(0)
  expect(grew('purpose_gateway_audit_commit_duration_seconds_count')).toBe(3)
  expect(grew('purpose_gateway_audit_records_total')).toBe(3)
  expect(grew('purpose_gateway_read_duration_seconds_count')).toBe(1)
  expect(after.get('purpose_gateway_audit_queue_depth')).toBe(0)
  for (const pool of ['reader', 'auditor']) {
    const name = `db_client_connection_pool_name="${pool}"`
    const open = ['idle', 'used'].map((state) =>
      after.get(`db_client_connection_count{${name},db_client_connection_state="${state}"}`),
    )
    expect((open[0] ?? 0) + (open[1] ?? 0)).toBeGreaterThan(0)
    expect(after.get(`db_client_connection_pending_requests{${name}}`)).toBe(0)
  }
})

test('no value of a request, of its caller or of the data is in spans, metrics or what the gateway says', async () => {
  const { answer } = await traced(GRANTED)
  const told = [collector.text(), await metricsText(), gateway.output()].join('\n')
  expect(told).toContain('BILLING')
  expect(told.replaceAll('MARKER', 'marker')).not.toMatch(/marker/i)
  for (const { name, cvr } of answer.body.data.customers.nodes)
    for (const value of [name, cvr]) if (value) expect(told).not.toContain(value)
})

test('a collector that is away costs no answer and no second at the stop', async () => {
  const lone = spawnGateway({
    env: { DATABASE_URL: database.url, DATA_DIR: dataDir, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  })
  const answer = await ask(await lone.ready(), await tokensOf(dataDir)(CLERK), GRANTED)
  expect(answer.status).toBe(200)
  await delay(100)
  const since = performance.now()
  expect((await lone.kill('SIGTERM')).code).toBe(0)
  expect(performance.now() - since).toBeLessThan(5_000)
  expect(lone.output()).not.toContain('marker')
})

async function metricsText(): Promise<string> {
  return (await fetch(new URL('/metrics', url))).text()
}

async function metrics(): Promise<ReadonlyMap<string, number>> {
  const lines = (await metricsText()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}
