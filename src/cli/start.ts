import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { PolicyChanges } from '../serve-options.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import { giveBackMemoryAtRest } from './memory-at-rest.ts'
import { stopSignal } from './stop-signal.ts'

const HELP = `
Everything is configured by environment variables; README.md lists them all. Without any, the gateway serves demo data
from a PostgreSQL of its own in DATA_DIR (default: .data), to tokens of \`purpose-gateway token\`:
  PORT, HOST       where to listen (4000, 127.0.0.1)
  DATABASE_URL     the database to govern
  SCHEMA_DIR       the policy (schema)
  PRISMA_SCHEMA    how the data is stored (prisma/schema.prisma)
  OIDC_ISSUER      who signs the tokens, with TOKEN_AUDIENCE

A policy that changes while the gateway runs is taken over, whole or not at all; SIGHUP (without a terminal) makes it look
at once. A policy with findings of severity MUST, or one that the database does not fit, leaves the old one in force.

It is ready when it prints: ready http://HOST:PORT/graphql
Ctrl-C or SIGTERM stops it: requests under way are answered, and what is to go on record is written.

Exit code: 0 stopped, 1 the policy has findings of severity MUST, 2 the configuration is wrong or it cannot start.

Examples:
  $ purpose-gateway start
  $ PORT=8080 DATABASE_URL=postgres://… purpose-gateway start`

export const addStart: AddCommand = (program, context, run) => {
  program
    .command('start')
    .summary('serve the gateway')
    .description('Serves the governed data at /graphql until it is stopped.')
    .addHelpText('after', HELP)
    .action(() => run(() => start(context)))
}

async function start(context: CliContext): Promise<ExitCode> {
  const parsed = parseConfig(context.env, context.cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  // Before anything runs, so that a Ctrl-C while starting still closes what was opened.
  const stopped = stopSignal(context.now)
  const stop = new AbortController()
  void stopped.then(() => stop.abort())
  const [{ serve }, { fingerprintOf, policyChanges }, { builtFrom, policyToStart }] = await Promise.all([
    import('../main.ts'),
    import('./policy-changes.ts'),
    import('./policy-to-start.ts'),
  ])
  const { config } = parsed
  const everyMs = config.policyWatchSeconds * 1_000
  // Before the policy is read, so that whatever changes from now on is seen.
  const fingerprint = everyMs > 0 ? await fingerprintOf(config) : undefined
  const policy = await policyToStart(context, config, await builtFrom())
  const changes = policyChanges(context, config, everyMs, fingerprint)
  const gateway = await serve({
    config,
    policyChanges: withHangup(changes),
    policy,
    version: context.version,
    env: context.env,
    log: context.err,
    stop: stop.signal,
  }).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined
    throw mendable(error)
  })
  if (!gateway) return 0
  const restEnds = giveBackMemoryAtRest()
  context.out(`ready ${gateway.url}`)
  await stopped
  restEnds()
  await gateway.close()
  return 0
}

/**
 * SIGHUP asks for the policy to be read again. A terminal that closes sends it too, and then it ends the gateway as ever,
 * so it means this only where no terminal is attached.
 */
function withHangup(changes: PolicyChanges): PolicyChanges {
  if (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY) return changes
  return {
    ...changes,
    watch(changed) {
      const unwatch = changes.watch(changed)
      process.on('SIGHUP', changed)
      return () => {
        process.off('SIGHUP', changed)
        unwatch()
      }
    },
  }
}

/** The failure to listen that every newcomer meets once, in words; any other as it is. */
function mendable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EADDRINUSE'
    ? new ExpectedFailure('another program listens there: choose another `PORT`')
    : error
}
