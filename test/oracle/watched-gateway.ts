import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { type Answer, startTestGateway, type TestGateway } from '../gateway.ts'
import type { OracleDatabase } from './database.ts'
import { leaksIn } from './leaks.ts'
import { NOW } from './now.ts'

/** A gateway whose every way out is watched: what it logs, writes, traces and counts holds no data at all. */
export interface WatchedGateway {
  readonly gateway: TestGateway
  /** Leaks outside of answers so far. */
  readonly leaks: readonly string[]
  /** Statements of a trace, which is forgotten. */
  statementsOf(traceId: string): readonly string[]
  /** Looks at metrics, lines and what the process wrote. */
  look(): Promise<void>
  close(): Promise<void>
}

export const SECRET = 'the secret of the oracle, of 32 characters or more'

/** The day that the noise of figures goes by. */
export const DAY = '2026-11-24'

/** Limits are tested elsewhere; here they would only be in the way. */
export const NO_LIMITS = {
  MAX_BODY_BYTES: '10000000',
  MAX_TOKENS: '100000',
  MAX_DEPTH: '100',
  MAX_ALIASES: '10000',
  MAX_DIRECTIVES: '10000',
  MAX_FIELDS: '100000',
  MAX_ROOT_FIELDS: '1000',
  MAX_ROWS: '100000000',
  STATEMENT_TIMEOUT_MS: '60000',
}

export async function startWatchedGateway(
  { url, signs }: OracleDatabase,
  schemaDir: string,
): Promise<WatchedGateway> {
  const leaks: string[] = []
  const note = (where: string, text: string): void => {
    for (const leak of leaksIn(text, signs)) leaks.push(`${where}: ${leak}`)
  }
  const statements = new Map<string, string[]>()
  const testExporter: SpanExporter = {
    export(spans, done) {
      for (const span of spans) watchSpan(span, statements, note)
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
  const written = watchOutput()
  const gateway = await startTestGateway({
    databaseUrl: url,
    env: { GATEWAY_SECRET: SECRET, SCHEMA_DIR: schemaDir, ...NO_LIMITS },
    testExporter,
    now: () => NOW,
    today: () => DAY,
  })
  return {
    gateway,
    leaks,
    statementsOf(traceId) {
      const texts = statements.get(traceId) ?? []
      statements.delete(traceId)
      return texts
    },
    async look() {
      // Without the numbers themselves: a sum of durations may hold any digits.
      note('metrics', (await (await fetch(new URL('/metrics', gateway.url))).text()).replace(/ \S+$/gm, ''))
      note('log', gateway.lines.join('\n'))
      note('output', written.take())
    },
    async close() {
      await gateway.close()
      written.restore()
    },
  }
}

function watchSpan(
  span: ReadableSpan,
  statements: Map<string, string[]>,
  note: (where: string, text: string) => void,
): void {
  const { name, attributes, status, events } = span
  note(
    'span',
    JSON.stringify([name, attributes, status, events.map((event) => [event.name, event.attributes])]),
  )
  if (name !== 'read') return
  const { traceId } = span.spanContext()
  statements.set(traceId, [...(statements.get(traceId) ?? []), String(attributes['db.query.text'])])
}

/** What this process writes while the gateway runs in it; it is still written. */
function watchOutput(): { take(): string; restore(): void } {
  let text = ''
  const streams = [process.stdout, process.stderr]
  const originals = streams.map((stream) => stream.write)
  streams.forEach((stream, i) => {
    const original = originals[i]?.bind(stream) as typeof stream.write
    stream.write = ((...args: Parameters<typeof stream.write>) => {
      text += String(args[0])
      return original(...args)
    }) as typeof stream.write
  })
  return {
    take() {
      const taken = text
      text = ''
      return taken
    },
    restore() {
      streams.forEach((stream, i) => {
        const original = originals[i]
        if (original) stream.write = original
      })
    },
  }
}

/** Headers as they came. */
export function headerText({ headers }: Answer): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')
}
