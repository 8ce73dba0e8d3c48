import { InMemorySpanExporter } from '@opentelemetry/sdk-trace'
import pg from 'pg'
import { expect } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, type Asked, type Asker, startTestGateway, type TestGateway } from '../gateway.ts'
import { captureOutput } from './output.ts'
import { plantSecrets, SECRETS, type Secret } from './secrets.ts'

export const CLERK: Asker = { roles: ['BILLING_CLERK'], purposes: ['BILLING'] }
export const AGENT: Asker = { roles: ['SUPPORT_AGENT'], purposes: ['SUPPORT'] }
export const ANALYST: Asker = { roles: ['MARKET_ANALYST'], purposes: ['MARKET_ANALYSIS'] }
export const PRODUCT_ANALYST: Asker = { roles: ['PRODUCT_ANALYST'], purposes: ['SERVICE_IMPROVEMENT'] }
export const MARKETER: Asker = { roles: ['MARKETER'], purposes: ['MARKETING'] }
export const WATCHER: Asker = { roles: ['SECURITY_ANALYST'], purposes: ['SECURITY_REVIEW'] }
export const OFFICER: Asker = { roles: ['COMPLIANCE_OFFICER'], purposes: ['LEGAL_OBLIGATION'] }
/** Two jobs, so that a decision made for the one could be served to the other. */
export const TWO_HATS: Asker = {
  roles: ['BILLING_CLERK', 'COMPLIANCE_OFFICER'],
  purposes: ['BILLING', 'LEGAL_OBLIGATION'],
}

/** Shared, so that several gateways on one database agree on the passwords of its roles and on the keys of cursors. */
const SECRET = 'a secret of the attack tests, long enough'

export interface AccessRow {
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records of every shape
  readonly json: any
}

/** Everything that an attacker or a bystander could look at after a request. */
export interface World {
  readonly gateway: TestGateway
  readonly database: TestDatabase
  /** The governed database, as its owner. */
  readonly owner: pg.Client
  ask(asker: Asker, asked: Asked): Promise<Answer>
  /** Any HTTP request, with the asker's token. */
  send(asker: Asker, init: RequestInit, url?: string): Promise<Answer>
  /** SQL of the statements that ran since the last `forget`. */
  statements(): readonly string[]
  /** Drops what was seen so far. */
  forget(): void
  records(): Promise<readonly AccessRow[]>
  metrics(): Promise<string>
  /** The text is in nothing that was said, logged, traced, counted or recorded. */
  expectUnseen(text: string, answers: readonly Answer[]): Promise<void>
  /** The secret is nowhere, and its column was in no statement. */
  expectUnread(answer: Answer | readonly Answer[], ...secrets: readonly Secret[]): Promise<void>
  /** Another gateway on the same database, with other settings. */
  beside(env: Readonly<Record<string, string>>): Promise<TestGateway>
  close(): Promise<void>
}

/** The demo with recognisable secrets in it, behind a whole gateway that is watched from all sides. */
export async function openWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const output = captureOutput()
  const spans = new InMemorySpanExporter()
  const database = await createTestDatabase({ template: 'demo' })
  const owner = new pg.Client({ connectionString: database.url })
  owner.on('error', () => undefined)
  await owner.connect()
  await plantSecrets(owner)
  const gateway = await startTestGateway({
    databaseUrl: database.url,
    env: { GATEWAY_SECRET: SECRET, ...env },
    testExporter: spans,
  })

  const statements = (): readonly string[] =>
    spans
      .getFinishedSpans()
      .filter((span) => span.name === 'read')
      .map((span) => String(span.attributes['db.query.text']))
  const traced = (): string =>
    JSON.stringify(
      spans.getFinishedSpans().map(({ name, attributes, events, status, links }) => ({
        name,
        attributes,
        events,
        status,
        links,
      })),
    )
  async function records(): Promise<readonly AccessRow[]> {
    const { rows } = await owner.query('SELECT record FROM gateway.access_record ORDER BY index')
    return rows.map(({ record }) => ({ text: record.toString('utf8'), json: JSON.parse(record) }))
  }
  async function metrics(): Promise<string> {
    return (await fetch(new URL('/metrics', gateway.url))).text()
  }
  async function expectUnseen(text: string, answers: readonly Answer[]): Promise<void> {
    for (const answer of answers) {
      expect(answer.text).not.toContain(text)
      expect(JSON.stringify([...answer.headers])).not.toContain(text)
    }
    expect(gateway.lines.join('\n')).not.toContain(text)
    expect(output.text()).not.toContain(text)
    expect(traced()).not.toContain(text)
    // Without the numbers themselves: a sum of durations may hold any digits.
    expect((await metrics()).replace(/ \S+$/gm, '')).not.toContain(text)
    for (const record of await records()) expect(record.text).not.toContain(text)
  }
  return {
    gateway,
    database,
    owner,
    ask: gateway.ask,
    async send(asker, init, url = gateway.url) {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${await gateway.token(asker)}`)
      const response = await fetch(url, { ...init, headers })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: parsed(text) }
    },
    statements,
    forget: () => spans.reset(),
    records,
    metrics,
    expectUnseen,
    async expectUnread(answer, ...secrets) {
      const answers = Array.isArray(answer) ? answer : [answer]
      for (const secret of secrets) {
        const { marker, column } = SECRETS[secret]
        await expectUnseen(marker, answers)
        for (const sql of statements()) expect(sql).not.toContain(`"${column}"`)
      }
    },
    beside: (other) =>
      startTestGateway({
        databaseUrl: database.url,
        env: { GATEWAY_SECRET: SECRET, ...other },
        testExporter: spans,
      }),
    async close() {
      await gateway.close()
      await owner.end()
      await database.drop()
      output.stop()
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function codesOf(answer: Answer): readonly string[] {
  return (answer.body?.errors ?? []).map(
    (error: { extensions?: { code?: string } }) => error.extensions?.code,
  )
}
