import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { servedSchemaOf } from '../../src/policy/served/served-schema.ts'
import { startTestGateway } from '../gateway.ts'
import { servedRows } from '../oracle/groups/served-rows.ts'
import { introspect } from '../oracle/served.ts'
import { NO_LIMITS } from '../oracle/watched-gateway.ts'
import { differenceOf } from './difference.ts'
import { openHardRows } from './hard-rows.ts'
import { PURPOSE, ROLE, writeOpenSchema } from './open-schema.ts'
import { plainResolver } from './plain-resolver.ts'
import type { Question } from './question.ts'
import { questionOf } from './questions.ts'
import { type Expected, referenceAnswer, type Stage } from './reference.ts'

export interface RunOptions {
  readonly cases: number
  readonly seed: number
  /** Only the case of this number. */
  readonly only?: number | undefined
}

export type Outcome = 'data' | 'field error' | Stage

export interface Report {
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly differences: readonly Difference[]
}

interface Difference {
  readonly question: Question
  readonly difference: string
}

const CONCURRENCY = 4
/** Enough to see what is wrong. */
const DIFFERENCES_AT_MOST = 25

/**
 * Random operations, put to a running gateway and to graphql-js.
 *
 * @param url of an empty database
 */
export async function runDifferential(url: string, { cases, seed, only }: RunOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-differential-'))
  const env = { SCHEMA_DIR: join(folder, 'schema'), ...NO_LIMITS }
  await writeOpenSchema(env.SCHEMA_DIR)
  const { policy } = await loadPolicy({ env, cwd: PACKAGE_ROOT })
  if (!policy) throw new Error('the open policy compiles')
  const database = await openHardRows(url)
  const gateway = await startTestGateway({ databaseUrl: url, env })
  const schema = servedSchemaOf(policy)
  const resolver = plainResolver(database)
  const asker = { roles: [ROLE], purposes: [PURPOSE] }
  const served = servedRows(
    await introspect(async (query) => (await gateway.ask(asker, { query })).body.data),
  )

  const outcomes = { data: 0, 'field error': 0, parse: 0, validate: 0, operation: 0, variables: 0 }
  const differences: Difference[] = []
  const queue = (only === undefined ? Array.from({ length: cases }, (_, i) => i) : [only]).values()
  const work = async (): Promise<void> => {
    for (const number of queue) {
      if (differences.length >= DIFFERENCES_AT_MOST) return
      const question = questionOf(seed, number, { served, database })
      const { document: query, variables, operationName } = question
      const expected = await referenceAnswer(schema, resolver, question)
      const answer = await gateway.ask(asker, {
        query,
        variables,
        ...(operationName !== undefined && { operationName }),
        purpose: PURPOSE,
      })
      outcomes[outcomeOf(expected)]++
      const difference = differenceOf(expected, answer, question)
      if (difference !== undefined) differences.push({ question, difference })
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
  } finally {
    await gateway.close()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { outcomes, differences }
}

function outcomeOf(expected: Expected): Outcome {
  if (expected.kind === 'refused') return expected.stage
  return expected.errors.length > 0 ? 'field error' : 'data'
}
