import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createBreakGlassUses } from './audit/break-glass-uses.ts'
import { AUDITOR_GRANTS } from './audit/grants.ts'
import { openAccessLog } from './audit/log.ts'
import { createAuditEndpoint } from './audit-endpoint.ts'
import { openAggregateBudget } from './budget/aggregate-budget.ts'
import { openDatabases } from './database/open.ts'
import { poolStats } from './database/pools.ts'
import { readsMore } from './database/reads-more.ts'
import { developmentSecret } from './development-secret.ts'
import { drainOf } from './drain.ts'
import { ExpectedFailure } from './expected-failure.ts'
import { expectedFailureOf } from './expected-failure-of.ts'
import { createGateway, type GatewayParts } from './gateway.ts'
import { startGenerations } from './generations.ts'
import type { Served } from './graphql-route.ts'
import { justificationForm } from './identity/justification-form.ts'
import { openTokenVerifier } from './identity/open-token-verifier.ts'
import { openEmbedded } from './open-embedded.ts'
import { openSigning } from './open-signing.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { claimsOf } from './policy/claims-of.ts'
import type { Policy } from './policy/policy.ts'
import { readKeysOf } from './read/keys.ts'
import { toJsonOf } from './read/statement.ts'
import { readinessOf } from './readiness.ts'
import type { ServeOptions, Undo } from './serve-options.ts'
import { createServer } from './server.ts'
import { startTelemetry } from './telemetry/telemetry.ts'
import { todayBy } from './today.ts'

/**
 * Wiring: opens everything in order and listens. What closes each thing is put into `opened` as soon as it is open, so that
 * they can be closed in the reverse order, also when a later step fails.
 *
 * @returns `http://HOST:PORT/graphql`
 */
export async function openGateway(options: ServeOptions, opened: Undo[]): Promise<string> {
  const { config, policy, log, now = Date.now } = options
  const secret = config.secret ?? (await developmentSecret(config.dataDir))
  const telemetry = await openTelemetry(options, opened)
  const { instruments } = telemetry
  const verification = await openTokenVerifier(config, now)
  if (verification.kind === 'unusable') throw new ExpectedFailure(verification.message)

  const databases = await openAllDatabases(options, secret, opened)
  options.stop?.throwIfAborted()
  const { reader, auditor } = databases
  const instance = `${hostname()}:${process.pid}`
  const signing = await openSigning({ config, auditor, instance, now, log })
  if (signing) {
    opened.push(() => signing.close())
    instruments.observeSigning(() => signing.fault !== undefined)
  }
  const { openLog = openAccessLog } = options
  const accessLog = openLog({
    pool: auditor,
    instance,
    queueSize: config.audit.queueSize,
    deadlineMs: config.audit.deadlineMs,
    now,
    observe: {
      committed: (records, seconds) => instruments.auditCommit(seconds * 1000, records),
      failed: () => undefined,
    },
  })
  opened.push(() => accessLog.close())
  instruments.observePool('reader', () => reader.stats)
  instruments.observePool('auditor', () => poolStats(auditor))
  instruments.observeQueue(() => accessLog.queueDepth)
  await accessLog.registerPolicy(policy.hash, policy.text)

  const keys = readKeysOf(secret)
  const reviewClock = options.reviewClock ?? now
  const isJustification = justificationForm(config.justificationPattern)
  const parts: Omit<GatewayParts, 'policy'> = {
    reader,
    log: accessLog,
    keys,
    pseudonymPeriod: config.pseudonymPeriod,
    budget: openAggregateBudget(auditor, keys.budget),
    today: options.today ?? todayBy(now),
    limits: config.limits,
    toJson: toJsonOf(databases.serverVersion),
    tracer: telemetry.tracer,
    instruments,
    now,
    reviewClock,
    isJustification,
    breakGlass: createBreakGlassUses(auditor, config.audit.deadlineMs),
    announce: log,
  }
  const make = async (policy: Policy): Promise<Served> => {
    // It holds nothing open, so the gateway of a policy that is over is simply let go.
    const gateway = await createGateway({ ...parts, policy })
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
      reasonOf: (error) => expectedFailureOf(error)?.message ?? 'the gateway failed to take it over',
    },
    { policy, served: await make(policy) },
  )
  opened.push(async () => generations.close())

  let closing = false
  const isReady = readinessOf(reader.pool, accessLog)
  const { witnessToken } = config.audit
  const server = createServer({
    config,
    generations,
    log: accessLog,
    telemetry,
    audit: createAuditEndpoint({
      log: accessLog,
      pool: auditor,
      witnessToken,
      isJustification,
      reviewClock,
      now,
    }),
    ready: async () => !closing && (await isReady()),
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

async function openTelemetry({ policy, version, env, testExporter }: ServeOptions, opened: Undo[]) {
  const telemetry = await startTelemetry({
    serviceVersion: version,
    env,
    ...(testExporter && { testExporter }),
  })
  opened.push(() => telemetry.shutdown())
  telemetry.instruments.usePurposes(policy.purposes.keys())
  return telemetry
}

async function openAllDatabases(options: ServeOptions, secret: string, opened: Undo[]) {
  const { config, policy, log } = options
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
  return databases
}
