import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { AccessLog } from './audit/access.ts'
import { createBreakGlassUses } from './audit/break-glass-uses.ts'
import { AUDITOR_GRANTS } from './audit/grants.ts'
import { createAuditEndpoint } from './audit-endpoint.ts'
import { openAggregateBudget } from './budget/aggregate-budget.ts'
import { type Databases, openDatabases } from './database/open.ts'
import { developmentSecret } from './development-secret.ts'
import { drainOf } from './drain.ts'
import { ExpectedFailure } from './expected-failure.ts'
import type { GatewayParts } from './gateway.ts'
import { justificationForm } from './identity/justification-form.ts'
import { openTokenVerifier } from './identity/open-token-verifier.ts'
import { openEmbedded } from './open-embedded.ts'
import { openGenerations } from './open-generations.ts'
import { openLog } from './open-log.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { readKeysOf } from './read/keys.ts'
import { toJsonOf } from './read/statement.ts'
import { readinessOf } from './readiness.ts'
import type { ServeOptions, Undo } from './serve-options.ts'
import { createServer, type ServerParts } from './server.ts'
import { startTelemetry, type Telemetry } from './telemetry/telemetry.ts'
import { todayBy } from './today.ts'

/**
 * Wiring: opens everything in order and listens. What closes each thing is put into `opened` as soon as it is open, so that
 * they can be closed in the reverse order, also when a later step fails.
 *
 * @returns `http://HOST:PORT/graphql`
 */
export async function openGateway(options: ServeOptions, opened: Undo[]): Promise<string> {
  const { config, now = Date.now } = options
  const secret = config.secret ?? (await developmentSecret(config.dataDir))
  const telemetry = await openTelemetry(options, opened)
  const { instruments } = telemetry
  const verification = await openTokenVerifier(config, now)
  if (verification.kind === 'unusable') throw new ExpectedFailure(verification.message)

  const databases = await openAllDatabases(options, secret, opened)
  options.stop?.throwIfAborted()
  const { reader, auditor } = databases
  instruments.observePool('reader', () => reader.stats)
  const instance = `${hostname()}:${process.pid}`
  const log = await openLog(options, { auditor, instruments, instance, now }, opened)

  const gateway = gatewayParts(options, { secret, telemetry, databases, log })
  const { verifierOf } = verification
  const generations = await openGenerations(options, { gateway, verifierOf, databases }, opened)

  const { isJustification, reviewClock } = gateway
  const { witnessToken } = config.audit
  const audit = createAuditEndpoint({ log, pool: auditor, witnessToken, isJustification, reviewClock, now })
  const ready = readinessOf(reader.pool, log)
  const url = await listen({ config, generations, log, telemetry, audit, ready, now }, opened)
  const unwatch = options.policyChanges?.watch(() => void generations.reload())
  opened.push(async () => unwatch?.())
  return url
}

interface Opened {
  readonly secret: string
  readonly telemetry: Telemetry
  readonly databases: Databases
  readonly log: AccessLog
}

/** What gateways of all policies have in common. */
function gatewayParts(
  { config, today, reviewClock, now = Date.now, log: announce }: ServeOptions,
  { secret, telemetry, databases, log }: Opened,
): Omit<GatewayParts, 'policy'> {
  const { reader, auditor, serverVersion } = databases
  const { tracer, instruments } = telemetry
  const keys = readKeysOf(secret)
  return {
    reader,
    log,
    keys,
    pseudonymPeriod: config.pseudonymPeriod,
    budget: openAggregateBudget(auditor, keys.budget),
    today: today ?? todayBy(now),
    limits: config.limits,
    toJson: toJsonOf(serverVersion),
    tracer,
    instruments,
    now,
    reviewClock: reviewClock ?? now,
    isJustification: justificationForm(config.justificationPattern),
    breakGlass: createBreakGlassUses(auditor, config.audit.deadlineMs),
    announce,
  }
}

/** Serves over HTTP. While it closes, it is not ready, and answers what is under way. */
async function listen(parts: ServerParts & Pick<ServeOptions, 'config'>, opened: Undo[]): Promise<string> {
  const { config } = parts
  let closing = false
  const server = createServer({ ...parts, ready: async () => !closing && (await parts.ready()) })
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
