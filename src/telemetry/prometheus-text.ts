import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'

const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)

/**
 * Prometheus text format. Units become part of the name (`s` → `_seconds`) and annotations such as `{request}` do not:
 * OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", which the serializer leaves to its caller.
 */
export function prometheusText(metrics: ResourceMetrics): string {
  return serializer.serialize({
    ...metrics,
    scopeMetrics: metrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withUnitInName),
    })),
  })
}

function withUnitInName(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor
  const inSeconds = unit === 's'
  return {
    ...metric,
    descriptor: {
      ...metric.descriptor,
      name: inSeconds ? `${name}.seconds` : name,
      unit: inSeconds ? 'seconds' : '',
    },
  }
}
