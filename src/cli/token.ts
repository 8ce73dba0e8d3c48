import { InvalidArgumentError, Option } from 'commander'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import { parseDuration } from './duration.ts'

interface TokenOptions {
  readonly sub: string
  readonly app: string
  readonly role: readonly string[]
  readonly purpose: readonly string[]
  readonly dataSubject?: string
  readonly claim: Readonly<Record<string, unknown>>
  readonly ttl: number
  readonly json?: boolean
}

const MAX_TTL_SECONDS = 30 * 86_400

const HELP = `
The token is signed with the development issuer's key, which is made at first use in DATA_DIR (default: .data). The
gateway takes such tokens only while neither OIDC_ISSUER nor JWKS_URL is set, and never when NODE_ENV is production.

To read anything, three things must meet: the token grants the purpose (--purpose), it has one of the roles of the
purpose (--role), and the request declares the purpose (header x-purpose).

Only the token goes to standard output. Names that the policy does not know are warned of on standard error, and the
token is made all the same.

Examples:
  $ purpose-gateway token --sub ane --app invoicing --role BILLING_CLERK --purpose BILLING
  $ purpose-gateway token --sub bo --app desk --role SUPPORT_AGENT --purpose SUPPORT,BILLING --ttl 15m
  $ purpose-gateway token --sub kim --app my-page --role CUSTOMER --purpose SUBJECT_ACCESS --data-subject 3
  $ purpose-gateway token --sub pia --app firms --role CLIENT_ACCOUNTANT --purpose CLIENT_ACCOUNTS --claim firm_id=41
  $ curl localhost:4000/graphql -H 'content-type: application/json' -H 'x-purpose: BILLING' \\
      -H "authorization: Bearer $(purpose-gateway token --sub ane --app invoicing \\
           --role BILLING_CLERK --purpose BILLING)" \\
      -d '{"query":"{ customers(first: 1) { nodes { id } } }"}'`

export const addToken: AddCommand = (program, context, run) => {
  program
    .command('token')
    .summary('sign a token for trying things out')
    .description('Signs an access token with the development issuer, for use outside production.')
    .requiredOption('--sub <name>', 'who asks: the subject of the token')
    .requiredOption('--app <name>', 'the app that asks')
    .addOption(listOption('--role <names>', 'a role of the subject; repeat it or separate by commas'))
    .addOption(listOption('--purpose <names>', 'a purpose that is granted; repeat it or separate by commas'))
    .option('--data-subject <key>', 'whose data the token stands for, for purposes that serve own rows')
    .addOption(claimOption())
    .addOption(ttlOption())
    .option('--json', 'print one JSON object: the token, what is in it, and when it expires')
    .addHelpText('after', HELP)
    .action((options: TokenOptions) => run(() => token(options, context)))
}

async function token(options: TokenOptions, context: CliContext): Promise<ExitCode> {
  const { sub: subject, app, role: roles, purpose: purposes, dataSubject, claim: claims, ttl } = options
  const ttlSeconds = ttl
  const { principalOfClaims } = await import('../identity/principal-of-claims.ts')
  const scope = purposes.map((name) => `purpose:${name}`)
  const checked = principalOfClaims(
    { sub: subject, azp: app, roles, scp: scope },
    { rolesClaim: 'roles', dataSubjectClaim: 'data_subject', claims: [] },
  )
  if (checked.kind === 'refused')
    throw new ExpectedFailure(`the gateway would refuse this token: ${checked.message}`)
  if (purposes.some((name) => /\s/.test(name)))
    throw new ExpectedFailure('the name of a purpose has no space in it')

  const { openDevelopmentKey } = await import('../identity/development-key.ts')
  const { signDevelopmentToken } = await import('../identity/development-issuer.ts')
  const opened = await openDevelopmentKey(dataDirOf(context))
  if (opened.kind === 'unusable') throw new ExpectedFailure(opened.message)
  await warn(roles, purposes, context)
  const now = context.now()
  const signed = await signDevelopmentToken(opened.key, {
    subject,
    app,
    roles,
    purposes,
    dataSubject,
    claims,
    ttlSeconds,
    now,
  })
  const expiresAt = new Date((Math.floor(now / 1000) + ttlSeconds) * 1000).toISOString()
  context.out(
    options.json
      ? JSON.stringify(
          { token: signed, subject, app, roles, purposes, dataSubject, ...given(claims), expiresAt },
          null,
          2,
        )
      : signed,
  )
  return 0
}

/** Where the development key is; refuses where the gateway would not take its tokens. */
function dataDirOf({ env, cwd }: CliContext): string {
  const parsed = parseConfig(env, cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  const { dataDir, identity, production } = parsed.config
  if (production || identity.issuer !== undefined || identity.jwksUrl !== undefined)
    throw new ExpectedFailure(
      'with `OIDC_ISSUER` or `JWKS_URL` set, tokens come from that issuer, not from this command',
    )
  return dataDir
}

/** Warnings are a service: a policy that is not there or not sound must not keep anyone from a token. */
async function warn(
  roles: readonly string[],
  purposes: readonly string[],
  context: CliContext,
): Promise<void> {
  const { loadPolicy } = await import('./load-policy.ts')
  const { tokenWarnings } = await import('./token-warnings.ts')
  const policy = await loadPolicy(context).then(
    (compiled) => compiled.policy,
    () => undefined,
  )
  if (policy === undefined)
    context.err('warning: names are not checked, the policy is not sound; see `purpose-gateway check`')
  else for (const warning of tokenWarnings(policy, roles, purposes)) context.err(`warning: ${warning}`)
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collected).default([], 'none')
}

function given(claims: Readonly<Record<string, unknown>>): object {
  return Object.keys(claims).length > 0 ? { claims } : {}
}

function claimOption(): Option {
  return new Option('--claim <name=value>', 'a further claim, for conditions on rows; repeat it for a list')
    .argParser(claimed)
    .default({}, 'none')
}

/** The same name once more makes a list. */
function claimed(
  text: string,
  previous: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const [, name, value = ''] = /^([^=\s]+)=(.*)$/.exec(text) ?? []
  if (name === undefined || RESERVED.has(name))
    throw new InvalidArgumentError(
      'It is a name and a value, such as firm_id=41; not a claim that has an option.',
    )
  const before = Object.hasOwn(previous, name) ? previous[name] : undefined
  return { ...previous, [name]: before === undefined ? value : [before, value].flat() }
}

/** Claims that decide who asks, and until when. */
const RESERVED: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'sub',
  'azp',
  'client_id',
  'roles',
  'scope',
  'scp',
  'data_subject',
  'iat',
  'exp',
  'nbf',
  '__proto__',
])

function ttlOption(): Option {
  return new Option('--ttl <time>', 'how long it is valid: 90s, 15m, 1h, 7d')
    .argParser(ttl)
    .default(3_600, '1h')
}

function collected(value: string, previous: readonly string[]): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  return [...new Set([...previous, ...names.filter((name) => name !== '')])]
}

function ttl(value: string): number {
  const seconds = parseDuration(value)
  if (seconds !== undefined && seconds <= MAX_TTL_SECONDS) return seconds
  throw new InvalidArgumentError('It is a whole number and a unit, such as 90s, 15m, 1h or 7d, up to 30d.')
}
