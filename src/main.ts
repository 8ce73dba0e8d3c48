import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type AccessLog, AuditUnavailable } from './audit/access.ts'
import { createBreakGlassUses } from './audit/break-glass-uses.ts'
import { AUDITOR_GRANTS } from './audit/grants.ts'
import { type AccessLogOptions, openAccessLog } from './audit/log.ts'
import { LogAltered } from './audit/signing/log-altered.ts'
import { KeyRefused } from './audit/signing/open-origin.ts'
import { createAuditEndpoint } from './audit-endpoint.ts'
import { openAggregateBudget } from './budget/aggregate-budget.ts'
import type { Config } from './config.ts'
import { DatabaseUnreachable } from './database/connect-owner.ts'
import { startEmbeddedPostgres } from './database/embedded.ts'
import { RolesRefused } from './database/ensure-role.ts'
import { MigrationRefused } from './database/migrations.ts'
import { openDatabases } from './database/open.ts'
import { poolStats } from './database/pools.ts'
import { readsMore } from './database/reads-more.ts'
import { developmentSecret } from './development-secret.ts'
import { drainOf } from './drain.ts'
import { ExpectedFailure } from './expected-failure.ts'
import { createGateway } from './gateway.ts'
import { type PolicyChange, startGenerations } from './generations.ts'
import { justificationForm } from './identity/justification-form.ts'
import { openTokenVerifier } from './identity/open-token-verifier.ts'
import { openSigning } from './open-signing.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { claimsOf } from './policy/claims-of.ts'
import type { Compiled } from './policy/compile.ts'
import type { Policy } from './policy/policy.ts'
import { readKeysOf } from './read/keys.ts'
import { createServer, type Served } from './server.ts'
import { startTelemetry, type TelemetryOptions } from './telemetry/telemetry.ts'
import { todayBy } from './today.ts'

export interface ServeOptions {
  readonly config: Config
  readonly policy: Policy
  readonly version: string
  readonly env: TelemetryOptions['env']
  readonly testExporter?: TelemetryOptions['testExporter']
  /** Milliseconds since the epoch; the clock of this machine if left out. */
  readonly now?: () => number
  /** Aborts when the gateway is to stop before it is ready; `serve` then rejects with its reason, leaving nothing open. */
  readonly stop?: AbortSignal
  /** The day, `YYYY-MM-DD` in UTC, that budgets and the noise of figures go by; left out: today. Tests fix it. */
  readonly today?: () => string
  /** Without it the policy stays what it was at the start. */
  readonly policyChanges?: PolicyChanges
  /** Milliseconds since the epoch, by which reviews grow old; the time of day unless a test says otherwise. */
  readonly reviewClock?: () => number
  /**
   * What is put on record goes there in place of the database. No configuration reaches this, and none may: a gateway without
   * its log serves nothing. The benchmark measures with it what the log costs.
   */
  readonly openLog?: (options: AccessLogOptions) => AccessLog
  /** One line for the person who started the gateway. */
  log(line: string): void
}

/** Where a changed policy comes from, and who is told what became of it. */
export interface PolicyChanges {
  load(): Promise<Compiled>
  report(change: PolicyChange): void
  /** Calls `changed` whenever the policy may have changed, until the function that it returns is called. */
  watch(changed: () => void): () => void
}

export interface RunningGateway {
  /** `http://HOST:PORT/graphql` */
  readonly url: string
  /** Answers what is under way, writes what is to go on record, stops what was started. */
  close(): Promise<void>
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if (signal.aborted) reject(signal.reason)
  })
}

type Undo = () => Promise<unknown>

/** Longer than a database takes that is only busy, shorter than the patience of most who ask. */
const READY_WITHIN_MS = 2_000
/** How long a step that was interrupted may take to end. */
const STEP_ENDS_MS = 3_000

/** Wiring: opens everything in order, listens, and closes in the reverse order; also when a later step fails. */
export async function serve(options: ServeOptions): Promise<RunningGateway> {
  const { stop = new AbortController().signal } = options
  stop.throwIfAborted()
  const opened: Undo[] = []
  const close = async (): Promise<void> => {
    for (let undo = opened.pop(); undo; undo = opened.pop()) await undo()
  }
  const opening = open(options, opened)
  try {
    const url = await Promise.race([opening, aborted(stop)])
    return { url, close }
  } catch (error) {
    await close()
    // A step that was interrupted fails, now that what it stood on is closed, or has opened one thing more.
    await Promise.race([opening.catch(() => undefined), delay(STEP_ENDS_MS, undefined, { ref: false })])
    await close()
    if (stop.aborted) throw stop.reason
    const expected = EXPECTED.some((failure) => error instanceof failure)
    throw expected && error instanceof Error ? new ExpectedFailure(error.message) : error
  }
}

/** Only our own words: what a driver says can hold a host. */
function reasonOf(error: unknown): string {
  const expected = [...EXPECTED, ExpectedFailure, AuditUnavailable].some(
    (failure) => error instanceof failure,
  )
  return expected && error instanceof Error ? error.message : 'the gateway failed to take it over'
}

/** Failures of the database that whoever starts the gateway can mend. */
const EXPECTED = [DatabaseUnreachable, MigrationRefused, RolesRefused, KeyRefused, LogAltered] as const

async function open(options: ServeOptions, opened: Undo[]): Promise<string> {
  const { config, policy, log, version, env, testExporter, now = Date.now } = options
  const secret = config.secret ?? (await developmentSecret(config.dataDir))
  const telemetry = await startTelemetry({
    serviceVersion: version,
    env,
    ...(testExporter && { testExporter }),
  })
  opened.push(() => telemetry.shutdown())
  telemetry.instruments.usePurposes(policy.purposes.keys())
  const verification = await openTokenVerifier(config, now)
  if (verification.kind === 'unusable') throw new ExpectedFailure(verification.message)

  const ownerUrl = config.databaseUrl ?? (await openEmbedded(options, opened))
  const databases = await openDatabases({
    ownerUrl,
    auditOwnerUrl: config.auditDatabaseUrl ?? ownerUrl,
    policy,
    auditorGrants: AUDITOR_GRANTS,
    gatewayMigrations: join(PACKAGE_ROOT, 'prisma', 'gateway', 'migrations'),
    secret,
    statementTimeoutMs: config.statementTimeoutMs,
    readPoolSize: config.readPoolSize,
    auditDeadlineMs: config.audit.deadlineMs,
    // The writer and the signer keep one each; the others are for reviewers and for who asks whether we are ready.
    auditPoolSize: 6,
    ownDatabase: config.databaseUrl === undefined,
    patienceMs: 10_000,
    note: log,
  })
  opened.push(() => databases.close())
  options.stop?.throwIfAborted()
  const { reader, auditor } = databases
  const instance = `${hostname()}:${process.pid}`
  const signing = await openSigning({ config, auditor, instance, now, log })
  if (signing) {
    opened.push(() => signing.close())
    telemetry.instruments.observeSigning(() => signing.fault !== undefined)
  }
  const { openLog = openAccessLog } = options
  const accessLog = openLog({
    pool: auditor,
    instance,
    queueSize: config.audit.queueSize,
    deadlineMs: config.audit.deadlineMs,
    now,
    observe: {
      committed: (records, seconds) => telemetry.instruments.auditCommit(seconds * 1000, records),
      failed: () => undefined,
    },
  })
  opened.push(() => accessLog.close())
  telemetry.instruments.observePool('reader', () => reader.stats)
  telemetry.instruments.observePool('auditor', () => poolStats(auditor))
  telemetry.instruments.observeQueue(() => accessLog.queueDepth)
  await accessLog.registerPolicy(policy.hash, policy.text)

  const { limits } = config
  const keys = readKeysOf(secret)
  const { tracer, instruments } = telemetry
  const reviewClock = options.reviewClock ?? now
  const isJustification = justificationForm(config.justificationPattern)
  const reads = {
    reader,
    log: accessLog,
    keys,
    pseudonymPeriod: config.pseudonymPeriod,
    budget: openAggregateBudget(auditor, keys.budget),
    today: options.today ?? todayBy(now),
    limits,
    tracer,
    instruments,
    now,
    reviewClock,
    isJustification,
    breakGlass: createBreakGlassUses(auditor, config.audit.deadlineMs),
    announce: log,
  }
  const make = async (policy: Policy): Promise<Served> => {
    const gateway = createGateway({ ...reads, policy })
    await gateway.start()
    // It holds nothing open, so the Apollo server of a policy that is over is simply let go.
    return { gateway, verifier: verification.verifierOf(claimsOf(policy)) }
  }
  const generations = startGenerations(
    {
      load: options.policyChanges?.load ?? (async () => ({ policy, findings: [] })),
      make,
      register: ({ hash, text }) => accessLog.registerPolicy(hash, text),
      readsMore,
      govern: databases.govern,
      report: (change) => {
        if (change.kind === 'taken') instruments.usePurposes(change.policy.purposes.keys())
        if (change.kind !== 'tooWide') instruments.policyChange(change.kind)
        options.policyChanges?.report(change)
      },
      reasonOf,
    },
    { policy, served: await make(policy) },
  )
  opened.push(async () => generations.close())

  let closing = false
  const ready = async (): Promise<boolean> => {
    if (closing) return false
    const reads = reader.pool.query('SELECT 1').then(
      () => true,
      () => false,
    )
    const both = Promise.all([reads, accessLog.ping()]).then(([read, audit]) => read && audit)
    // A database that hangs must not hang who asks whether it does.
    return Promise.race([both, delay(READY_WITHIN_MS, false, { ref: false })])
  }
  const server = createServer({
    config,
    generations,
    log: accessLog,
    telemetry,
    audit: createAuditEndpoint({
      log: accessLog,
      pool: auditor,
      witnessToken: config.audit.witnessToken,
      isJustification,
      reviewClock,
      now,
    }),
    ready,
    now,
  })
  const drain = drainOf(
    server.server,
    () => server.close(),
    config.statementTimeoutMs + config.audit.deadlineMs + 1_000,
  )
  opened.push(() => {
    closing = true
    return drain()
  })
  await server.listen({ host: config.host, port: config.port })
  const unwatch = options.policyChanges?.watch(() => void generations.reload())
  opened.push(async () => unwatch?.())
  const { port } = server.server.address() as AddressInfo
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}/graphql`
}

/** The gateway's own PostgreSQL with the demo data; started again if it dies under us. */
async function openEmbedded({ config, log, stop }: ServeOptions, opened: Undo[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  opened.push(() => postgres.stop())
  stop?.throwIfAborted()
  postgres.onExit(() => {
    log('the embedded database went away; starting it again')
    postgres.restart().catch(() => log('the embedded database cannot be started again; see its log'))
  })
  await postgres.ensureDatabase('demo')
  const url = postgres.url('demo')
  const { fillDemo } = await import('./database/fill-demo.ts')
  await fillDemo(url, config.seedCustomers, log)
  return url
}
