import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, it } from 'vitest'
import { startTelemetry, type Telemetry, type TelemetryOptions } from '../../src/telemetry/telemetry.ts'
import { traceIdsOf } from '../../src/telemetry/trace-ids.ts'
import { tracingWanted } from '../../src/telemetry/tracing-wanted.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` }

const running: Telemetry[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((telemetry) => telemetry.shutdown()))
})

async function start(options: Partial<TelemetryOptions> = {}): Promise<Telemetry> {
  const telemetry = await startTelemetry({ serviceVersion: '1.2.3', env: {}, ...options })
  running.push(telemetry)
  return telemetry
}

const linesOf = async (telemetry: Telemetry, name: string): Promise<readonly string[]> =>
  (await telemetry.metricsText())
    .split('\n')
    .filter((line) => line.startsWith(name) && !line.includes('_bucket'))

describe('metrics', () => {
  it('counts requests and their duration in seconds by purpose and decision', async () => {
    const telemetry = await start()
    telemetry.instruments.usePurposes(['BILLING'])
    telemetry.instruments.request('BILLING', 'granted', 250)
    telemetry.instruments.request('BILLING', 'granted', 250)
    telemetry.instruments.request('BILLING', 'refused', 1)
    expect(await linesOf(telemetry, 'purpose_gateway_request')).toEqual([
      'purpose_gateway_requests_total{purpose="BILLING",decision="granted"} 2',
      'purpose_gateway_requests_total{purpose="BILLING",decision="refused"} 1',
      'purpose_gateway_request_duration_seconds_count{purpose="BILLING",decision="granted"} 2',
      'purpose_gateway_request_duration_seconds_sum{purpose="BILLING",decision="granted"} 0.5',
      'purpose_gateway_request_duration_seconds_count{purpose="BILLING",decision="refused"} 1',
      'purpose_gateway_request_duration_seconds_sum{purpose="BILLING",decision="refused"} 0.001',
    ])
  })

  it('never shows a value that a request brought, nor makes a series of it', async () => {
    const telemetry = await start()
    telemetry.instruments.usePurposes(['BILLING'])
    for (const purpose of ['anna@example.dk', '__proto__', 'constructor', 'billing', ''])
      telemetry.instruments.request(purpose, 'refused', 1)
    telemetry.instruments.request(undefined, 'refused', 1)
    expect(await linesOf(telemetry, 'purpose_gateway_requests_total')).toEqual([
      'purpose_gateway_requests_total{purpose="unknown",decision="refused"} 5',
      'purpose_gateway_requests_total{purpose="none",decision="refused"} 1',
    ])
    expect(await telemetry.metricsText()).not.toContain('anna')
  })

  it('reads pools and queue when asked, and serves the rest when one of them fails', async () => {
    const telemetry = await start()
    let depth = 1
    telemetry.instruments.observePool('read', () => ({ total: 5, idle: 2, waiting: 7 }))
    telemetry.instruments.observePool('audit', () => {
      throw new Error('postgresql://owner:secret@db')
    })
    telemetry.instruments.observeQueue(() => depth)
    depth = 42
    const text = await telemetry.metricsText()
    expect(text).toContain(
      'db_client_connection_count{db_client_connection_pool_name="read",db_client_connection_state="idle"} 2',
    )
    expect(text).toContain(
      'db_client_connection_count{db_client_connection_pool_name="read",db_client_connection_state="used"} 3',
    )
    expect(text).toContain('db_client_connection_pending_requests{db_client_connection_pool_name="read"} 7')
    expect(text).toContain('purpose_gateway_audit_queue_depth 42')
    expect(text).not.toContain('secret')
  })

  it('tells a fault of the signing as soon as there is one, and nothing where nobody signs', async () => {
    const telemetry = await start()
    const lines = () => linesOf(telemetry, 'purpose_gateway_audit_signing_fault')
    expect(await lines()).toEqual([])
    let failed = false
    telemetry.instruments.observeSigning(() => failed)
    expect(await lines()).toEqual(['purpose_gateway_audit_signing_fault 0'])
    failed = true
    expect(await lines()).toEqual(['purpose_gateway_audit_signing_fault 1'])
  })

  it('counts plans, reads and commits', async () => {
    const telemetry = await start()
    telemetry.instruments.plan(2)
    telemetry.instruments.planCache(true)
    telemetry.instruments.planCache(false)
    telemetry.instruments.read(4)
    telemetry.instruments.auditCommit(8, 256)
    const text = await telemetry.metricsText()
    expect(text).toContain('purpose_gateway_plan_duration_seconds_sum 0.002')
    expect(text).toContain('purpose_gateway_plan_cache_hits_total 1')
    expect(text).toContain('purpose_gateway_plan_cache_misses_total 1')
    expect(text).toContain('purpose_gateway_read_duration_seconds_sum 0.004')
    expect(text).toContain('purpose_gateway_audit_commit_duration_seconds_sum 0.008')
    expect(text).toContain('purpose_gateway_audit_records_total 256')
  })

  it('keeps two gateways of one process apart', async () => {
    const [one, other] = [await start(), await start()]
    one.instruments.auditCommit(1, 3)
    expect(await linesOf(one, 'purpose_gateway_audit_records_total')).toHaveLength(1)
    expect(await linesOf(other, 'purpose_gateway_audit_records_total')).toHaveLength(0)
  })
})

describe('spans', () => {
  it('are not recorded without an exporter, and still carry the id of the caller', async () => {
    const { tracer, contextOf } = await start()
    const alone = tracer.startSpan('request', {}, contextOf({}))
    expect(alone.isRecording()).toBe(false)
    expect(traceIdsOf(alone)).toBeUndefined()
    expect(traceIdsOf(tracer.startSpan('request', {}, contextOf(CALLER)))?.traceId).toBe(TRACE_ID)
  })

  it('continue the trace of the caller, children included', async () => {
    const spans = new InMemorySpanExporter()
    const { tracer, contextOf } = await start({ testExporter: spans })
    const context = contextOf(CALLER)
    const request = tracer.startSpan('request', {}, context)
    tracer.startSpan('plan', {}, trace.setSpan(context, request)).end()
    request.end()
    expect(spans.getFinishedSpans().map((span) => [span.name, span.spanContext().traceId])).toEqual([
      ['plan', TRACE_ID],
      ['request', TRACE_ID],
    ])
    expect(spans.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
  })

  it.each(['', 'x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `ff-${TRACE_ID}-b7ad6b7169203331-01`])(
    'begin a trace of their own after a malformed traceparent `%s`',
    async (traceparent) => {
      const { tracer, contextOf } = await start({ testExporter: new InMemorySpanExporter() })
      expect(traceIdsOf(tracer.startSpan('request', {}, contextOf({ traceparent })))?.traceId).not.toBe(
        TRACE_ID,
      )
    },
  )

  it('go to the collector that the environment names, without the command line', async () => {
    const bodies: Buffer[] = []
    const collector = createServer(async (request, response) => {
      for await (const chunk of request) bodies.push(chunk)
      response.end()
    }).listen(0, '127.0.0.1')
    await once(collector, 'listening')
    const script = `
      const { startTelemetry } = await import('./src/telemetry/telemetry.ts')
      const telemetry = await startTelemetry({ serviceVersion: '1.2.3', env: process.env })
      telemetry.tracer.startSpan('the-request', {}, telemetry.contextOf({})).end()
      await telemetry.shutdown()`
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, 'marker-argument'],
      {
        env: {
          ...process.env,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
          OTEL_SERVICE_NAME: 'named-by-operator',
        },
        stdio: 'inherit',
      },
    )
    const [code] = await once(child, 'exit')
    collector.close()
    const sent = Buffer.concat(bodies).toString('latin1')
    expect(code).toBe(0)
    expect(sent).toContain('the-request')
    expect(sent).toContain('named-by-operator')
    expect(sent).not.toContain('marker-argument')
  })
})

describe('shutdown', () => {
  it('waits at most two seconds for an exporter that hangs', async () => {
    const hanging = new InMemorySpanExporter()
    hanging.shutdown = () => new Promise(() => {})
    const telemetry = await startTelemetry({ serviceVersion: '1', env: {}, testExporter: hanging })
    const begun = performance.now()
    await telemetry.shutdown()
    expect(performance.now() - begun).toBeLessThan(3_000)
  })
})

describe('tracingWanted', () => {
  it.each([
    [{}, false],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' }, false],
  ])('%o: %s', (env, wanted) => {
    expect(tracingWanted(env)).toBe(wanted)
  })
})
