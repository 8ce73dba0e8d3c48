import { resolve } from 'node:path'

/** Everything that the environment decides, checked once at start and frozen. */
export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  /** Absolute paths. */
  readonly dataDir: string
  readonly schemaDir: string
  readonly prismaSchema: string
  /** Undefined: the embedded PostgreSQL under `dataDir`, with demo data. */
  readonly databaseUrl: string | undefined
  /** Undefined: the same database as the governed data. */
  readonly auditDatabaseUrl: string | undefined
  readonly identity: IdentityConfig
  /** Root of the keys for cursors, pseudonyms and role passwords; undefined outside production: made once under `dataDir`. */
  readonly secret: string | undefined
  /** How long one pseudonym stands for one value; see `pseudonymPeriodAt`. */
  readonly pseudonymPeriod: (typeof PERIODS)[number]
  readonly limits: Limits
  readonly statementTimeoutMs: number
  readonly readPoolSize: number
  readonly audit: AuditConfig
  readonly seedCustomers: number
}

export interface IdentityConfig {
  readonly issuer: string | undefined
  readonly jwksUrl: string | undefined
  readonly audience: string | undefined
  /** Dotted path to the claim that holds the roles, e.g. `realm_access.roles`. */
  readonly rolesClaim: string
  /** Dotted path to the claim that holds the key of the data subject that the token stands for. */
  readonly dataSubjectClaim: string
  readonly clockToleranceSeconds: number
}

export interface Limits {
  readonly bodyBytes: number
  readonly tokens: number
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** Selected fields after expanding fragments. */
  readonly fields: number
  readonly rootFields: number
  readonly defaultPageSize: number
  readonly maxPageSize: number
  /** Product of the page sizes along a path, summed over the operation. */
  readonly rows: number
}

export interface AuditConfig {
  /** Accesses that may wait for the writer. */
  readonly queueSize: number
  /** Longest wait of one access for its commit. */
  readonly deadlineMs: number
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

/** ISO 8601 durations, of calendar periods in UTC. */
const PERIODS = ['none', 'P1D', 'P1M', 'P3M', 'P1Y'] as const

type Env = Readonly<Record<string, string | undefined>>

/** Environment → Config, or every problem at once. Problems name variables, never their values. */
export function parseConfig(env: Env, cwd: string): ConfigResult {
  const problems: string[] = []
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim()
    return value === '' ? undefined : value
  }
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const value = text(name)
    if (value === undefined) return fallback
    const parsed = Number(value)
    if (Number.isInteger(parsed) && parsed >= min && parsed <= max) return parsed
    problems.push(`\`${name}\` must be a whole number from ${min} to ${max}`)
    return fallback
  }
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value
    problems.push(`\`${name}\` must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    return undefined
  }
  const path = (name: string, fallback: string): string => resolve(cwd, text(name) ?? fallback)

  const production = text('NODE_ENV') === 'production'
  const postgres = ['postgres:', 'postgresql:']
  const issuer = url('OIDC_ISSUER', ['https:', 'http:'])
  const jwksUrl = url('JWKS_URL', ['https:', 'http:'])
  const audience = text('TOKEN_AUDIENCE')
  const secret = text('GATEWAY_SECRET')
  if (production && issuer === undefined && jwksUrl === undefined)
    problems.push('`OIDC_ISSUER` or `JWKS_URL` is required when `NODE_ENV` is `production`')
  if ((issuer !== undefined || jwksUrl !== undefined) && audience === undefined)
    problems.push(
      '`TOKEN_AUDIENCE` is required with `OIDC_ISSUER` or `JWKS_URL`: without it a token for another service would do',
    )
  if (production && secret === undefined)
    problems.push('`GATEWAY_SECRET` is required when `NODE_ENV` is `production`')
  if (secret !== undefined && secret.length < 32)
    problems.push('`GATEWAY_SECRET` must have at least 32 characters')
  const givenPeriod = text('PSEUDONYM_PERIOD') ?? 'P1Y'
  const period = PERIODS.find((known) => known === givenPeriod)
  if (period === undefined) problems.push(`\`PSEUDONYM_PERIOD\` must be one of ${PERIODS.join(', ')}`)
  const databaseUrl = url('DATABASE_URL', postgres)
  if (production && databaseUrl === undefined && text('DATABASE_URL') === undefined)
    problems.push('`DATABASE_URL` is required when `NODE_ENV` is `production`')

  const maxPageSize = integer('MAX_PAGE_SIZE', 500, 1, 100_000)
  const config: Config = {
    production,
    host: text('HOST') ?? '127.0.0.1',
    port: integer('PORT', 4000, 0, 65_535),
    dataDir: path('DATA_DIR', '.data'),
    schemaDir: path('SCHEMA_DIR', 'schema'),
    prismaSchema: path('PRISMA_SCHEMA', 'prisma/schema.prisma'),
    databaseUrl,
    auditDatabaseUrl: url('AUDIT_DATABASE_URL', postgres),
    identity: {
      issuer,
      jwksUrl,
      audience,
      rolesClaim: text('TOKEN_ROLES_CLAIM') ?? 'roles',
      dataSubjectClaim: text('TOKEN_DATA_SUBJECT_CLAIM') ?? 'data_subject',
      clockToleranceSeconds: integer('TOKEN_CLOCK_TOLERANCE_SECONDS', 5, 0, 300),
    },
    secret,
    pseudonymPeriod: period ?? 'P1Y',
    limits: {
      bodyBytes: integer('MAX_BODY_BYTES', 100_000, 1_000, 10_000_000),
      tokens: integer('MAX_TOKENS', 2_000, 10, 100_000),
      depth: integer('MAX_DEPTH', 16, 1, 100),
      aliases: integer('MAX_ALIASES', 50, 0, 10_000),
      directives: integer('MAX_DIRECTIVES', 50, 0, 10_000),
      fields: integer('MAX_FIELDS', 500, 1, 100_000),
      rootFields: integer('MAX_ROOT_FIELDS', 10, 1, 1_000),
      defaultPageSize: Math.min(integer('DEFAULT_PAGE_SIZE', 20, 1, 100_000), maxPageSize),
      maxPageSize,
      rows: integer('MAX_ROWS', 100_000, 1, 100_000_000),
    },
    statementTimeoutMs: integer('STATEMENT_TIMEOUT_MS', 5_000, 10, 600_000),
    readPoolSize: integer('READ_POOL_SIZE', 10, 1, 1_000),
    audit: {
      queueSize: integer('AUDIT_QUEUE_SIZE', 4_096, 1, 1_000_000),
      deadlineMs: integer('AUDIT_DEADLINE_MS', 5_000, 10, 600_000),
    },
    seedCustomers: integer('SEED_CUSTOMERS', 1_000, 1, 10_000_000),
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: Object.freeze(config) }
}
