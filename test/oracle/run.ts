import pg from 'pg'
import type { Case } from './case.ts'
import type { OracleDatabase } from './database.ts'
import { leaksIn } from './leaks.ts'
import { Oracle, type Outcome, type Result } from './oracle.ts'
import { sharesOf } from './policies.ts'

export interface RunOptions {
  readonly cases: number
  readonly seed: number
  /** Only the case of this number. */
  readonly only?: number | undefined
  readonly onProgress?: (done: number) => void
}

export interface Report {
  readonly cases: number
  /** Under how many policies; the demo's is one of them. */
  readonly policies: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly compared: number
  readonly failures: readonly Result[]
  /** Leaks in logs, output, spans, metrics and the access log. */
  readonly outside: readonly string[]
}

const CONCURRENCY = 8
const LOOK_EVERY = 500
/** Enough to see what is wrong. */
const FAILURES_AT_MOST = 25

export async function runCases(database: OracleDatabase, options: RunOptions): Promise<Report> {
  const shares = sharesOf(numbersOf(options), options.seed)
  const tally: Tally = {
    cases: 0,
    policies: shares.length,
    outcomes: noOutcomes(),
    compared: 0,
    failures: [],
  }
  const outside: string[] = []
  for (const share of shares) {
    if (tally.failures.length >= FAILURES_AT_MOST) break
    const before = tally.failures.length + outside.length
    const oracle = await Oracle.open(database, await share.schemaDir())
    try {
      await runShare(oracle, share.cases, options, tally)
    } finally {
      await oracle.watched.close()
    }
    outside.push(...oracle.watched.leaks)
    await share.leave(tally.failures.length + outside.length > before)
  }
  outside.push(...(await leaksInAccessLog(database)))
  return { ...tally, outside }
}

/** A variation is nothing without the case that it varies. */
function numbersOf({ cases, only }: RunOptions): readonly number[] {
  if (only === undefined) return Array.from({ length: cases }, (_, i) => i)
  return only % 2 === 0 ? [only] : [only - 1, only]
}

interface Tally {
  cases: number
  readonly policies: number
  readonly outcomes: Record<Outcome, number>
  compared: number
  readonly failures: Result[]
}

function noOutcomes(): Record<Outcome, number> {
  return { granted: 0, pruned: 0, refused: 0, invalid: 0 }
}

async function runShare(
  oracle: Oracle,
  numbers: readonly number[],
  options: RunOptions,
  tally: Tally,
): Promise<void> {
  const queue = numbers.values()
  const work = async (): Promise<void> => {
    for (const number of queue) {
      if (tally.failures.length >= FAILURES_AT_MOST) return
      const asked = oracle.case(options.seed, number)
      const result = await oracle.check(asked).catch((error: unknown) => brokenBy(asked, error))
      tally.outcomes[result.outcome]++
      tally.compared += result.compared
      if (result.leaks.length > 0 || result.differences.length > 0) tally.failures.push(result)
      if (++tally.cases % LOOK_EVERY === 0) {
        await oracle.watched.look()
        options.onProgress?.(tally.cases)
      }
    }
  }
  await Promise.all(Array.from({ length: options.only === undefined ? CONCURRENCY : 1 }, work))
  await oracle.watched.look()
}

/** The oracle could not tell; that is a failure too. */
function brokenBy(asked: Case, error: unknown): Result {
  const difference = `the oracle failed: ${error instanceof Error ? error.stack : String(error)}`
  return { asked, outcome: 'invalid', leaks: [], differences: [difference], compared: 0 }
}

/** Everything in the gateway's own tables, as text; but for the salts, which stand beside the keys of their subjects. */
async function leaksInAccessLog({ url, signs }: OracleDatabase): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'gateway' AND tablename <> 'subject_salt'`,
    )
    const leaks: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${name}`)
      const text = rows.flatMap(Object.values).map(textOf).join('\n')
      for (const leak of leaksIn(text, signs)) leaks.push(`${name}: ${leak}`)
    }
    return leaks
  } finally {
    await client.end()
  }
}

/** Records are kept as bytes. */
function textOf(cell: unknown): string {
  return Buffer.isBuffer(cell) ? cell.toString('utf8') : (JSON.stringify(cell) ?? '')
}
