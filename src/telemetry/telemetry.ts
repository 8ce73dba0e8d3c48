import type { Tracer } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { createInstruments, type Instruments } from './instruments.ts'
import { prometheusText } from './prometheus-text.ts'
import { noTracing, type Tracing, tracingFromEnvironment, tracingTo } from './tracing.ts'
import { tracingWanted } from './tracing-wanted.ts'

export interface Telemetry {
  /** Context is passed by hand (`trace.setSpan(context, parent)`); nothing relies on a global context manager. */
  readonly tracer: Tracer
  readonly instruments: Instruments
  /** The caller's trace from the request's headers, as parent of the request's span. */
  contextOf: Tracing['contextOf']
  /** What `/metrics` answers; content type `METRICS_CONTENT_TYPE`. */
  metricsText(): Promise<string>
  /** Exports what is left; never rejects. */
  shutdown(): Promise<void>
}

export interface TelemetryOptions {
  readonly serviceVersion: string
  /** Whether to trace. How is read by the SDK from the process' own environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** For tests: gets every span as it ends, whatever the environment says. */
  readonly testExporter?: SpanExporter
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics always, in memory until somebody reads them; spans where the environment asks for them. Failing to export never
 * fails a request.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const meters = new MeterProvider({ readers: [reader] })
  const tracing = await startTracing(options)
  return {
    tracer: tracing.tracer,
    instruments: createInstruments(meters.getMeter('purpose-gateway', options.serviceVersion)),
    contextOf: tracing.contextOf,
    // A gauge whose callback failed is left out; the rest is still served.
    metricsText: async () => prometheusText((await reader.collect()).resourceMetrics),
    shutdown: async () => {
      await Promise.all([tracing.shutdown(), meters.shutdown().catch(() => {})])
    },
  }
}

async function startTracing({ serviceVersion, env, testExporter }: TelemetryOptions): Promise<Tracing> {
  if (testExporter !== undefined) return tracingTo(testExporter, serviceVersion)
  if (tracingWanted(env)) return tracingFromEnvironment(serviceVersion, env.OTEL_NODE_RESOURCE_DETECTORS)
  return noTracing()
}
