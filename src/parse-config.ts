import type { AuditConfig, Config, IdentityConfig, Limits } from './config.ts'
import { type Env, type Environment, environmentOf } from './environment.ts'

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

/** ISO 8601 durations, of calendar periods in UTC. */
const PERIODS = ['none', 'P1D', 'P1M', 'P3M', 'P1Y'] as const satisfies Config['pseudonymPeriod'][]
/** A reference, which has a digit in it; a space; a sentence of two words or more. */
const DEFAULT_JUSTIFICATION_PATTERN = '(?=\\S*\\d)\\S{2,64} (?=\\S+ +\\S).{10,}'
const WITNESS_TOKEN = /^[\w.~+/-]{32,}=*$/
const POSTGRES = ['postgres:', 'postgresql:']
const HTTP = ['https:', 'http:']

/** Environment → Config, or every problem at once. Problems name variables, never their values. */
export function parseConfig(variables: Env, cwd: string): ConfigResult {
  const problems: string[] = []
  const env = environmentOf(variables, cwd, problems)
  const production = env.text('NODE_ENV') === 'production'
  const identity = identityOf(env, production, problems)
  const secret = env.text('GATEWAY_SECRET')
  if (production && secret === undefined)
    problems.push('`GATEWAY_SECRET` is required when `NODE_ENV` is `production`')
  if (secret !== undefined && secret.length < 32)
    problems.push('`GATEWAY_SECRET` must have at least 32 characters')
  const givenPeriod = env.text('PSEUDONYM_PERIOD') ?? 'P1Y'
  const period = PERIODS.find((known) => known === givenPeriod)
  if (period === undefined) problems.push(`\`PSEUDONYM_PERIOD\` must be one of ${PERIODS.join(', ')}`)
  const databaseUrl = env.url('DATABASE_URL', POSTGRES)
  if (production && databaseUrl === undefined && env.text('DATABASE_URL') === undefined)
    problems.push('`DATABASE_URL` is required when `NODE_ENV` is `production`')
  const justificationPattern = env.text('JUSTIFICATION_PATTERN') ?? DEFAULT_JUSTIFICATION_PATTERN
  if (!isPattern(justificationPattern))
    problems.push(
      '`JUSTIFICATION_PATTERN` must be a regular expression, as JavaScript reads it with flag `u`',
    )
  const config: Config = {
    production,
    host: env.text('HOST') ?? '127.0.0.1',
    port: env.integer('PORT', 4000, 0, 65_535),
    dataDir: env.path('DATA_DIR', '.data'),
    schemaDir: env.path('SCHEMA_DIR', 'schema'),
    prismaSchema: env.path('PRISMA_SCHEMA', 'prisma/schema.prisma'),
    policyWatchSeconds: env.integer('POLICY_WATCH_SECONDS', 1, 0, 3_600),
    databaseUrl,
    auditDatabaseUrl: env.url('AUDIT_DATABASE_URL', POSTGRES),
    identity,
    secret,
    pseudonymPeriod: period ?? 'P1Y',
    limits: limitsOf(env),
    justificationPattern,
    statementTimeoutMs: env.integer('STATEMENT_TIMEOUT_MS', 5_000, 10, 600_000),
    readPoolSize: env.integer('READ_POOL_SIZE', 10, 1, 1_000),
    audit: auditOf(env, production, problems),
    seedCustomers: env.integer('SEED_CUSTOMERS', 1_000, 1, 10_000_000),
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: Object.freeze(config) }
}

function identityOf(env: Environment, production: boolean, problems: string[]): IdentityConfig {
  const issuer = env.url('OIDC_ISSUER', HTTP)
  const jwksUrl = env.url('JWKS_URL', HTTP)
  const audience = env.text('TOKEN_AUDIENCE')
  if (production && issuer === undefined && jwksUrl === undefined)
    problems.push('`OIDC_ISSUER` or `JWKS_URL` is required when `NODE_ENV` is `production`')
  if ((issuer !== undefined || jwksUrl !== undefined) && audience === undefined)
    problems.push(
      '`TOKEN_AUDIENCE` is required with `OIDC_ISSUER` or `JWKS_URL`: without it a token for another service would do',
    )
  return {
    issuer,
    jwksUrl,
    audience,
    rolesClaim: env.text('TOKEN_ROLES_CLAIM') ?? 'roles',
    dataSubjectClaim: env.text('TOKEN_DATA_SUBJECT_CLAIM') ?? 'data_subject',
    clockToleranceSeconds: env.integer('TOKEN_CLOCK_TOLERANCE_SECONDS', 5, 0, 300),
  }
}

function limitsOf(env: Environment): Limits {
  const maxPageSize = env.integer('MAX_PAGE_SIZE', 500, 1, 100_000)
  return {
    bodyBytes: env.integer('MAX_BODY_BYTES', 100_000, 1_000, 10_000_000),
    tokens: env.integer('MAX_TOKENS', 2_000, 10, 100_000),
    depth: env.integer('MAX_DEPTH', 16, 1, 100),
    aliases: env.integer('MAX_ALIASES', 50, 0, 10_000),
    directives: env.integer('MAX_DIRECTIVES', 50, 0, 10_000),
    fields: env.integer('MAX_FIELDS', 500, 1, 100_000),
    rootFields: env.integer('MAX_ROOT_FIELDS', 10, 1, 1_000),
    defaultPageSize: Math.min(env.integer('DEFAULT_PAGE_SIZE', 20, 1, 100_000), maxPageSize),
    maxPageSize,
    rows: env.integer('MAX_ROWS', 100_000, 1, 100_000_000),
    groups: env.integer('MAX_GROUPS', 1_000, 1, 100_000),
  }
}

function auditOf(env: Environment, production: boolean, problems: string[]): AuditConfig {
  const checkpointKey = env.text('CHECKPOINT_KEY')
  const checkpointKeyFile = env.optionalPath('CHECKPOINT_KEY_FILE')
  if (production && checkpointKey === undefined && checkpointKeyFile === undefined)
    problems.push('`CHECKPOINT_KEY` or `CHECKPOINT_KEY_FILE` is required when `NODE_ENV` is `production`')
  if (checkpointKey !== undefined && checkpointKeyFile !== undefined)
    problems.push('`CHECKPOINT_KEY` and `CHECKPOINT_KEY_FILE` are both given; one is enough')
  const witnessToken = env.text('WITNESS_TOKEN')
  if (witnessToken !== undefined && !WITNESS_TOKEN.test(witnessToken))
    problems.push(
      '`WITNESS_TOKEN` must have at least 32 characters, all of them ones that a bearer token may have',
    )
  return {
    queueSize: env.integer('AUDIT_QUEUE_SIZE', 4_096, 1, 1_000_000),
    deadlineMs: env.integer('AUDIT_DEADLINE_MS', 5_000, 10, 600_000),
    checkpointKey,
    checkpointKeyFile,
    checkpointDir: env.optionalPath('CHECKPOINT_DIR'),
    witnessToken,
    retentionDays:
      env.text('AUDIT_RETENTION_DAYS') === undefined
        ? undefined
        : env.integer('AUDIT_RETENTION_DAYS', 1, 1, 36_500),
  }
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}
