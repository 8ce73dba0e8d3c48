/** Everything that the environment decides, checked once at start and frozen. */
export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  /** Absolute paths. */
  readonly dataDir: string
  readonly schemaDir: string
  readonly prismaSchema: string
  /** How often the files of the policy are looked at while the gateway runs; 0: never. */
  readonly policyWatchSeconds: number
  /** Undefined: the embedded PostgreSQL under `dataDir`, with demo data. */
  readonly databaseUrl: string | undefined
  /** Undefined: the same database as the governed data. */
  readonly auditDatabaseUrl: string | undefined
  readonly identity: IdentityConfig
  /** Root of the keys for cursors, pseudonyms and role passwords; undefined outside production: made once under `dataDir`. */
  readonly secret: string | undefined
  /** How long one pseudonym stands for one value; see `pseudonymPeriodAt`. */
  readonly pseudonymPeriod: 'none' | 'P1D' | 'P1M' | 'P3M' | 'P1Y'
  readonly limits: Limits
  /** The form of a justification, where a purpose demands one: a regular expression (flag `u`) for the whole text. */
  readonly justificationPattern: string
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
  /** Of one aggregate. */
  readonly groups: number
}

export interface AuditConfig {
  /** Accesses that may wait for the writer. */
  readonly queueSize: number
  /** Longest wait of one access for its commit. */
  readonly deadlineMs: number
  /** Signer keys of the checkpoints, or the absolute path of a file with them; neither: made once under `dataDir`. */
  readonly checkpointKey: string | undefined
  readonly checkpointKeyFile: string | undefined
  /** Absolute path of a folder that each checkpoint is copied to. */
  readonly checkpointDir: string | undefined
  /** Who presents it may read checkpoints and hashes, and no record. */
  readonly witnessToken: string | undefined
  /** How long records are kept at least; undefined: for ever. */
  readonly retentionDays: number | undefined
}
