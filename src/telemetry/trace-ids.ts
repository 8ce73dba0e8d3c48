import { isSpanContextValid, type Span } from '@opentelemetry/api'

/**
 * The W3C trace and span id for the access record. Without an exporter these are the caller's, and undefined where the
 * caller sent none.
 */
export function traceIdsOf(span: Span): { readonly traceId: string; readonly spanId: string } | undefined {
  const ids = span.spanContext()
  return isSpanContextValid(ids) ? { traceId: ids.traceId, spanId: ids.spanId } : undefined
}
