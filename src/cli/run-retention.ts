import type pg from 'pg'
import { AuditUnavailable } from '../audit/access.ts'
import type { Config } from '../config.ts'
import { ExpectedFailure } from '../expected-failure.ts'
import type { Policy } from '../policy/policy.ts'
import { childrenFirst, type Referred } from '../retention/children-first.ts'
import { dueModelsOf } from '../retention/due-model.ts'
import { eraseDue } from '../retention/erase-due.ts'
import { foreignKeysTo } from '../retention/foreign-keys.ts'
import { type Due, listDue, waitingFor } from '../retention/list-due.ts'
import type { CliContext, ExitCode } from './command.ts'
import { formatDue } from './format-due.ts'
import { withGovernedDatabase, withLog } from './governed-database.ts'

export interface RetentionOptions {
  readonly apply?: boolean
  readonly operator?: string
  readonly reason?: string
  readonly batch: number
  readonly json?: boolean
}

export interface RetentionRun {
  readonly options: RetentionOptions & { readonly operator: string }
  readonly config: Config
  readonly policy: Policy
  readonly context: CliContext
}

/** What is due, before; or what was erased, and what is due after it. */
export function runRetention(run: RetentionRun): Promise<ExitCode> {
  return withGovernedDatabase(run.config, run.context, async (url, client) => {
    await checkClock(client, run.context.now())
    const models: Referred[] = []
    for (const due of dueModelsOf(run.policy))
      models.push({ ...due, foreignKeys: await foreignKeysTo(client, due) })
    const erased = run.options.apply ? await apply(run, url, client, childrenFirst(models)) : new Map()
    return report(run, client, models, erased)
  })
}

async function apply(
  { options, config, policy, context }: RetentionRun,
  url: string,
  client: pg.Client,
  models: readonly Referred[],
): Promise<ReadonlyMap<string, number>> {
  try {
    return await withLog(config, policy, url, context, async (log) => {
      await log.registerPolicy(policy.hash, policy.text)
      const { operator, reason, batch: batchSize } = options
      return eraseDue(
        { client, log, policyHash: policy.hash, operator, reason, batchSize, now: context.now },
        models,
        ({ model, retention }, rows) =>
          context.err(`${model.name}: ${rows} ${retention.emptied ? 'anonymised' : 'deleted'}`),
      )
    })
  } catch (error) {
    if (error instanceof AuditUnavailable)
      throw new ExpectedFailure('the access log does not answer; what is not on record was not erased')
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === '55P03') throw new ExpectedFailure('somebody else keeps a lock on what is due; run it again')
    throw error
  }
}

async function report(
  { options, context }: RetentionRun,
  client: pg.Client,
  models: readonly Referred[],
  erased: ReadonlyMap<string, number>,
): Promise<ExitCode> {
  const now = context.now()
  const listed: (Due & {
    readonly erased?: number
    readonly waitingFor: Awaited<ReturnType<typeof waitingFor>>
  })[] = []
  for (const of of models) {
    const due = await listDue(client, of, now)
    listed.push({
      ...due,
      ...(options.apply && { erased: erased.get(of.model.name) ?? 0 }),
      waitingFor: due.waiting > 0 ? await waitingFor(client, of, now) : [],
    })
  }
  if (options.json) context.out(JSON.stringify({ models: listed }, null, 2))
  else for (const line of formatDue(listed)) context.out(line)
  return options.apply && listed.some(({ due }) => due > 0) ? 1 : 0
}

/** What is due hangs on the clock: one that is wrong by years would delete everything. */
async function checkClock(client: pg.Client, now: number): Promise<void> {
  const { rows } = await client.query<{ now: number }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
  )
  if (Math.abs((rows[0]?.now ?? 0) - now) > CLOCKS_DIFFER_MS)
    throw new ExpectedFailure(
      'the clocks of this machine and of the database differ by more than five minutes',
    )
}

const CLOCKS_DIFFER_MS = 5 * 60_000
