import { formatVerifier, parseVerifier } from '../../../src/audit/note/note-key.ts'
import { blockRoots } from '../../../src/audit/tree/block-roots.ts'
import { trustedKeys } from '../../../src/audit/verify/choose-keys.ts'
import type { Finding } from '../../../src/audit/verify/finding.ts'
import { type LogVerification, verifyLog } from '../../../src/audit/verify/verify-log.ts'
import { randomOf } from '../../oracle/random.ts'
import { type Chance, MUTATIONS } from './mutations.ts'
import { createSampleLog, type SampleLog } from './sample-log.ts'

export interface TamperOptions {
  readonly mutations: number
  readonly seed: number
  /** An empty database, as its owner; called once for each log. */
  createDatabase(): Promise<string>
  readonly sizes: readonly number[]
}

export interface TamperReport {
  readonly mutations: number
  readonly found: number
  /** Whose first bad record was named, of those that have one. */
  readonly named: number
  /** What went wrong, one sentence for each. */
  readonly failures: readonly string[]
  readonly byName: Readonly<Record<string, number>>
}

/** Changes signed logs at random, one change at a time, and asks each time whether the verification sees it. */
export async function tamper({
  mutations,
  seed,
  createDatabase,
  sizes,
}: TamperOptions): Promise<TamperReport> {
  const random = randomOf(seed)
  const chance: Chance = random.below
  const logs: SampleLog[] = []
  for (const size of sizes) {
    const log = await createSampleLog(await createDatabase(), size, 1 + chance(Math.min(size, 700)))
    logs.push(log)
    const clean = await verified(log, true)
    if (clean.findingCount > 0)
      throw new Error(`an untouched log of ${size} has ${JSON.stringify(clean.findings)}`)
  }
  const failures: string[] = []
  const byName: Record<string, number> = {}
  let named = 0
  for (let i = 0; i < mutations; i++) {
    const log = random.pick(logs)
    const mutation = random.pick(MUTATIONS.filter(({ least }) => least <= log.size))
    await log.client.query('BEGIN')
    const bad = await mutation.apply(log, chance)
    const { findings } = await verified(log, mutation.needsWitness)
    await log.client.query('ROLLBACK')
    byName[mutation.name] = (byName[mutation.name] ?? 0) + 1
    const where = `${mutation.name}, number ${i}, log of ${log.size}`
    if (findings.length === 0) failures.push(`not found: ${where}`)
    else if (bad !== undefined && !names(findings, bad))
      failures.push(`record ${bad} not named: ${where}: ${JSON.stringify(findings.slice(0, 3))}`)
    else if (bad !== undefined) named++
  }
  for (const { client } of logs) await client.end()
  return { mutations, found: mutations - failures.length, named, failures, byName }
}

/** The first finding about a record is about this one, or about a run of records with it. */
function names(findings: readonly Finding[], bad: number): boolean {
  const [first] = findings
  return first?.index !== undefined && first.index <= bad && bad < (first.until ?? first.index + 1)
}

function verified(log: SampleLog, witnessed: boolean): Promise<LogVerification> {
  const verifier = parseVerifier(formatVerifier(log.signer.verifier))
  const newest = log.checkpoints.at(-1)?.note ?? ''
  return verifyLog({
    client: log.client,
    keys: trustedKeys(verifier ? [verifier] : [], witnessed ? [newest] : []),
    from: undefined,
    now: Date.now(),
    // As the command has it, which lets a thread do this.
    rootsOf: async (leaves) => blockRoots(leaves),
  })
}
