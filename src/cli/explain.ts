import { readFile } from 'node:fs/promises'
import { Option } from 'commander'
import { ExpectedFailure } from '../expected-failure.ts'
import { parseConfig } from '../parse-config.ts'
import type { AddCommand, CliContext, ExitCode } from './command.ts'
import type { Explanation } from './explanation.ts'

interface ExplainOptions {
  readonly purpose?: string
  readonly operation?: string
  readonly variables?: string
  readonly onDenied: 'reject' | 'prune'
  readonly json?: boolean
}

const HELP = `
It reads the policy as "check" does and needs no database: nothing is read but the operation. Whether somebody may
declare the purpose depends on their token; what the purpose may read does not.

The operation is a file, or - for standard input.

Exit code: 0 it would be served (or pruned), 1 it would be refused or is not valid, 2 misuse.

Examples:
  $ purpose-gateway explain --purpose BILLING invoice-run.graphql
  $ echo '{ customers { nodes { name vulnerability } } }' | purpose-gateway explain --purpose MARKETING -
  $ purpose-gateway explain --purpose SUPPORT --on-denied prune --json lookup.graphql | jq .blocked`

export const addExplain: AddCommand = (program, context, run) => {
  program
    .command('explain')
    .summary('say what an operation would be served, what is blocked and why, with the SQL')
    .description('Says what the gateway would make of an operation for a purpose.')
    .argument('<file>', 'the GraphQL document, or - for standard input')
    .option('--purpose <name>', 'the purpose; without it the operation declares one')
    .option('--operation <name>', 'which operation of the document')
    .option('--variables <json>', 'the variables, one JSON object')
    .addOption(
      new Option('--on-denied <what>', 'refuse the operation, or prune what is blocked')
        .choices(['reject', 'prune'])
        .default('reject'),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((file: string, options: ExplainOptions) => run(() => explainFile(file, options, context)))
}

async function explainFile(file: string, options: ExplainOptions, context: CliContext): Promise<ExitCode> {
  const [{ soundPolicy }, { explain }, { formatExplanation }] = await Promise.all([
    import('./sound-policy.ts'),
    import('./explanation.ts'),
    import('./format-explanation.ts'),
  ])
  const variables = variablesOf(options.variables)
  const document = await readDocument(file)
  const { policy } = await soundPolicy(context)
  const explanation = explain(policy, limitsOf(context), {
    document,
    operationName: options.operation,
    variables,
    purpose: options.purpose,
    onDenied: options.onDenied,
  })
  if (options.json) context.out(JSON.stringify(jsonOf(explanation), null, 2))
  else for (const line of formatExplanation(explanation)) context.out(line)
  return explanation.kind === 'served' ? 0 : 1
}

function jsonOf({ kind, ...rest }: Explanation): object {
  return {
    decision: kind === 'served' && 'blocked' in rest && rest.blocked.length > 0 ? 'pruned' : kind,
    ...rest,
  }
}

function limitsOf({ env, cwd }: CliContext) {
  const names = Object.keys(env).filter((name) => /^(MAX|DEFAULT)_/.test(name))
  const parsed = parseConfig(Object.fromEntries(names.map((name) => [name, env[name]])), cwd)
  if (!parsed.ok) throw new ExpectedFailure(parsed.problems.join('\n'))
  return parsed.config.limits
}

function variablesOf(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Said below, without the text.
  }
  throw new ExpectedFailure('`--variables` must be one JSON object')
}

async function readDocument(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')
  } catch (error) {
    throw new ExpectedFailure(
      `the file cannot be read: ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    )
  }
}
