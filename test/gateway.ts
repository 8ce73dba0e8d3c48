import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { loadPolicy } from '../src/cli/load-policy.ts'
import { policyChanges } from '../src/cli/policy-changes.ts'
import type { Config } from '../src/config.ts'
import { signDevelopmentToken } from '../src/identity/development-issuer.ts'
import { openDevelopmentKey } from '../src/identity/development-key.ts'
import { serve } from '../src/main.ts'
import { PACKAGE_ROOT } from '../src/package-root.ts'
import { parseConfig } from '../src/parse-config.ts'
import type { ServeOptions } from '../src/serve-options.ts'

export interface Asker {
  readonly subject?: string
  readonly app?: string
  readonly roles: readonly string[]
  readonly purposes: readonly string[]
  /** Key of the data subject that the token stands for. */
  readonly dataSubject?: unknown
  /** Further claims of the token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
  /** Sent as `x-purpose`. */
  readonly purpose?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The body as it came. */
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

export interface TestGateway {
  /** `http://127.0.0.1:PORT/graphql` */
  readonly url: string
  readonly config: Config
  /** What the gateway told the person who started it. */
  readonly lines: readonly string[]
  token(asker: Asker): Promise<string>
  ask(asker: Asker, asked: Asked): Promise<Answer>
  close(): Promise<void>
}

export interface TestGatewayOptions {
  /** The governed database (its owner's URL). */
  readonly databaseUrl: string
  /** Further environment variables, e.g. SCHEMA_DIR, PRISMA_SCHEMA, STATEMENT_TIMEOUT_MS. */
  readonly env?: Readonly<Record<string, string>>
  readonly testExporter?: SpanExporter
  /** The gateway's clock, and that of the tokens made for it. */
  readonly now?: () => number
  /** The day that budgets and noise go by. */
  readonly today?: () => string
  /** Takes changed policies over, as `start` does. */
  readonly watchEveryMs?: number
  /** By which the reviews of the policy grow old; unless given, the demo's never do. */
  readonly reviewClock?: () => number
  /** In place of the log on the database. */
  readonly openLog?: ServeOptions['openLog']
}

/** Shortly after the demo's purposes were reviewed. */
const REVIEWED_LATELY = Date.UTC(2026, 10, 24)

/** A whole gateway in this process, on a free port, with the development issuer. */
export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-test-'))
  const env = { PORT: '0', DATA_DIR: dataDir, DATABASE_URL: options.databaseUrl, ...options.env }
  const parsed = parseConfig(env, PACKAGE_ROOT)
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  const { policy, findings } = await loadPolicy({ env, cwd: PACKAGE_ROOT })
  if (!policy) throw new Error(findings.map((f) => `${f.file}:${f.line} ${f.id} ${f.message}`).join('\n'))
  const lines: string[] = []
  const { config } = parsed
  const running = await serve({
    config,
    policy,
    version: 'test',
    env: {},
    log: (line) => lines.push(line),
    ...(options.watchEveryMs && {
      policyChanges: policyChanges(
        { env, cwd: PACKAGE_ROOT, err: (line) => lines.push(line) },
        config,
        options.watchEveryMs,
      ),
    }),
    reviewClock: options.reviewClock ?? (() => REVIEWED_LATELY),
    ...(options.testExporter && { testExporter: options.testExporter }),
    ...(options.now && { now: options.now }),
    ...(options.openLog && { openLog: options.openLog }),
    ...(options.today && { today: options.today }),
  })
  const token = tokensOf(dataDir, options.now)
  return {
    url: running.url,
    config,
    lines,
    token,
    ask: async (asker, asked) => ask(running.url, await token(asker), asked),
    close: async () => {
      await running.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Signs tokens as `purpose-gateway token` does, with the key under a data folder. */
export function tokensOf(dataDir: string, now: () => number = Date.now): (asker: Asker) => Promise<string> {
  const known = new Map<string, Promise<string>>()
  return (asker) => {
    const name = JSON.stringify(asker)
    const token = known.get(name) ?? signToken(dataDir, asker, now())
    known.set(name, token)
    return token
  }
}

async function signToken(dataDir: string, asker: Asker, now: number): Promise<string> {
  const opened = await openDevelopmentKey(dataDir)
  if (opened.kind === 'unusable') throw new Error(opened.message)
  const { subject = 'tester', app = 'test', roles, purposes, dataSubject, claims = {} } = asker
  return signDevelopmentToken(opened.key, {
    subject,
    app,
    roles,
    purposes,
    dataSubject,
    claims,
    ttlSeconds: 3_600,
    now,
  })
}

/** One GraphQL request by POST. */
export async function ask(url: string, token: string, asked: Asked): Promise<Answer> {
  const { query, variables, operationName, purpose, headers } = asked
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(purpose !== undefined && { 'x-purpose': purpose }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
