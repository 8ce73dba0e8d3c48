import { setTimeout as delay } from 'node:timers/promises'
import {
  type Context,
  context,
  defaultTextMapGetter,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'

const SCOPE = 'purpose-gateway'
/** The SDK itself would wait 10 s for a collector that does not answer, longer than most supervisors wait for a stop. */
const SHUTDOWN_DEADLINE_MS = 2_000

export interface Tracing {
  readonly tracer: Tracer
  /** The caller's trace, from the request's headers; the root context where it sent none. */
  contextOf(headers: Headers): Context
  /** Exports what is left, for at most two seconds. Never rejects: a collector that is away must not hold up a stop. */
  shutdown(): Promise<void>
}

/** Header names in lower case, as Node gives them. */
type Headers = Readonly<Record<string, string | string[] | undefined>>

/** No exporter: the api's no-op tracer, which still hands the caller's trace id on to the access record. */
export function noTracing(): Tracing {
  return tracingOf(
    new ProxyTracerProvider().getTracer(SCOPE),
    new W3CTraceContextPropagator(),
    async () => {},
  )
}

/** Every span to one exporter at once; a provider of its own, so that many gateways fit in one process. */
export function tracingTo(exporter: SpanExporter, serviceVersion: string): Tracing {
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  return tracingOf(provider.getTracer(SCOPE, serviceVersion), new W3CTraceContextPropagator(), () =>
    provider.shutdown(),
  )
}

/**
 * Exporter, sampler, limits, propagators and resource as the standard `OTEL_*` variables say. The SDK reads them from the
 * process itself, and registers itself in the api's globals until shutdown; one per process.
 * Only `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` describe the process unless `OTEL_NODE_RESOURCE_DETECTORS` asks
 * for more: the SDK's default also sends the command line.
 */
export async function tracingFromEnvironment(
  serviceVersion: string,
  resourceDetectors: string | undefined,
): Promise<Tracing> {
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node')
  const sdk = new NodeSDK({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': SCOPE, 'service.version': serviceVersion })),
    ...(!resourceDetectors?.trim() && { resourceDetectors: [resources.envDetector] }),
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  return tracingOf(trace.getTracer(SCOPE, serviceVersion), propagation, async () => {
    await sdk.shutdown()
    trace.disable()
    context.disable()
    propagation.disable()
  })
}

function tracingOf(
  tracer: Tracer,
  propagator: Pick<TextMapPropagator, 'extract'>,
  shutdown: () => Promise<void>,
): Tracing {
  return {
    tracer,
    contextOf: (headers) => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter),
    shutdown: () => withinDeadline(shutdown().catch(() => {})),
  }
}

async function withinDeadline(work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(SHUTDOWN_DEADLINE_MS, undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
