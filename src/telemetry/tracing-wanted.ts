type Env = Readonly<Record<string, string | undefined>>

/**
 * Whether the environment asks for spans to be exported. OpenTelemetry's own default is OTLP to localhost when nothing is
 * set; here nothing set means no tracing, so that a gateway without a collector pays and logs nothing.
 * Variables: OpenTelemetry specification, "Environment Variable Specification".
 */
export function tracingWanted(env: Env): boolean {
  const text = (name: string): string => env[name]?.trim() ?? ''
  if (text('OTEL_SDK_DISABLED').toLowerCase() === 'true') return false
  const exporter = text('OTEL_TRACES_EXPORTER')
  if (exporter !== '') return exporter !== 'none'
  return text('OTEL_EXPORTER_OTLP_ENDPOINT') !== '' || text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== ''
}
