import { type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { GatewayRequest } from './enforce/request.ts'
import type { Instruments } from './telemetry/instruments.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

/** One request as telemetry sees it: its span, the parent of the spans of its phases. */
export interface Observation {
  /** By `performance.now()`. */
  readonly startedAt: number
  readonly span: Span
  readonly context: Context
}

export function beginObservation(
  { tracer, contextOf }: Telemetry,
  { method, headers }: { readonly method: string; readonly headers: Parameters<Telemetry['contextOf']>[0] },
): Observation {
  const parent = contextOf(headers)
  const attributes = { 'http.request.method': method, 'http.route': '/graphql' }
  const span = tracer.startSpan('graphql', { kind: SpanKind.SERVER, attributes }, parent)
  return { startedAt: performance.now(), span, context: trace.setSpan(parent, span) }
}

/**
 * Tells by names of the policy and by counts only what became of a request; never by a value of it, and nothing of who
 * asked but the app. Only our own faults are errors of the span (OpenTelemetry semantic conventions, HTTP spans).
 *
 * @param request undefined: nobody could be verified
 */
export function endObservation(
  instruments: Instruments,
  { span, startedAt }: Observation,
  status: number,
  request: GatewayRequest | undefined,
): void {
  const decision = request?.outcome ?? 'refused'
  instruments.request(request?.purposeName, decision, performance.now() - startedAt)
  if (span.isRecording()) {
    span.setAttributes({ 'http.response.status_code': status, 'purpose_gateway.decision': decision })
    if (request) span.setAttributes(attributesOf(request))
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}

function attributesOf({ purpose, principal, plan, blocked, answers }: GatewayRequest) {
  const rows = [...answers.values()].flatMap((answer) => [...answer.rows.values()])
  const failure = blocked.request
  return {
    'purpose_gateway.purpose': purpose?.name ?? 'none',
    'purpose_gateway.app': principal.app,
    'purpose_gateway.roles': [...(purpose?.roles ?? [])].filter((role) => principal.roles.includes(role)),
    'purpose_gateway.fields': Object.keys(plan?.fields ?? {}).length,
    'purpose_gateway.blocked': failure ? 0 : Object.keys(blocked).length,
    'purpose_gateway.rows': rows.reduce((sum, count) => sum + count, 0),
    ...(failure && { 'error.type': failure }),
  }
}
