import pg from 'pg'
import type { Case } from './case.ts'
import type { OracleDatabase } from './database.ts'
import { leaksIn } from './leaks.ts'
import { Oracle, type Outcome, type Result } from './oracle.ts'

export interface RunOptions {
  readonly cases: number
  readonly seed: number
  /** Only the case of this number. */
  readonly only?: number | undefined
  readonly onProgress?: (done: number) => void
}

export interface Report {
  readonly cases: number
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
  const oracle = await Oracle.open(database)
  const outcomes = { granted: 0, pruned: 0, refused: 0, invalid: 0 }
  const failures: Result[] = []
  // A variation is nothing without the case that it varies.
  let next = options.only === undefined ? 0 : options.only - (options.only % 2)
  const end = options.only === undefined ? options.cases : options.only + 1
  let done = 0
  let compared = 0
  const work = async (): Promise<void> => {
    while (next < end && failures.length < FAILURES_AT_MOST) {
      const asked = oracle.case(options.seed, next++)
      const result = await oracle.check(asked).catch((error: unknown) => brokenBy(asked, error))
      outcomes[result.outcome]++
      compared += result.compared
      if (result.leaks.length > 0 || result.differences.length > 0) failures.push(result)
      if (++done % LOOK_EVERY === 0) {
        await oracle.watched.look()
        options.onProgress?.(done)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: options.only === undefined ? CONCURRENCY : 1 }, work))
    await oracle.watched.look()
  } finally {
    await oracle.watched.close()
  }
  const outside = [...oracle.watched.leaks, ...(await leaksInAccessLog(database))]
  return { cases: done, outcomes, compared, failures, outside }
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
