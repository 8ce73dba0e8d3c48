import pg from 'pg'
import { formatVerifier, newSigner } from '../../src/audit/note/note-key.ts'
import type { CleanUp } from '../clean-up.ts'
import type { Database } from '../database.ts'
import type { Figure } from '../figure.ts'
import { median } from '../statistics.ts'
import { createLog } from './create-log.ts'
import { runVerify } from './run-verify.ts'
import { runWriter } from './writer/run-writer.ts'

const APPENDERS = 2_000
/** Verifications of each size. */
const RUNS = 3

/**
 * A signed log of so many records: what filling it takes, its size, and verifying it. A tenth of it is verified as well: what
 * both need alike (starting, mostly) is told from what each record takes, and memory that grows would show.
 */
export async function measureKept(
  database: Database,
  records: number,
  log: (line: string) => void,
  cleanUp: CleanUp,
): Promise<readonly Figure[]> {
  const { ownerUrl, auditorUrl } = await createLog(database, 'log_kept')
  const signer = newSigner('bench.example/log')
  const fill = (count: number) =>
    runWriter(
      { url: auditorUrl, appenders: APPENDERS, until: { records: count }, signer: signer.encoded() },
      cleanUp,
    )
  const verify = async (size: number) => {
    await settle(ownerUrl)
    const runs = []
    for (let run = 0; run < RUNS; run++)
      runs.push(await runVerify(ownerUrl, formatVerifier(signer.verifier), size, cleanUp))
    return {
      seconds: median(runs.map(({ seconds }) => seconds)),
      peakMegabytes: median(runs.map(({ peakMegabytes }) => peakMegabytes)),
    }
  }
  const tenth = Math.floor(records / 10)
  await fill(tenth)
  const small = await verify(tenth)
  const filled = await fill(records - tenth)
  log(`  filled ${records} records at ${filled.recordsPerSecond.toFixed(0)}/s`)
  const whole = await verify(records)
  log(`  verified it in ${whole.seconds.toFixed(1)} s, with ${whole.peakMegabytes.toFixed(0)} MB`)
  const verified = `verifying ${records} records`
  const rate = (records - tenth) / (whole.seconds - small.seconds)
  return [
    { what: 'appending while it is signed', value: filled.recordsPerSecond, unit: 'records/s' },
    {
      what: 'a record with tree, checkpoints and indexes',
      value: (await sizeOf(ownerUrl)) / records,
      unit: 'bytes',
      goal: { atMost: 1_024 },
    },
    { what: verified, value: records / whole.seconds, unit: 'records/s', goal: { atLeast: 200_000 } },
    { what: `${verified}, without what a tenth needs too`, value: rate, unit: 'records/s' },
    { what: `${verified}, peak memory`, value: whole.peakMegabytes, unit: 'MB' },
    { what: `verifying ${tenth} records, peak memory`, value: small.peakMegabytes, unit: 'MB' },
  ]
}

/** What PostgreSQL does by itself in the minutes after a table was filled; it would read the log beside the verification. */
async function settle(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, async (owner) => {
    await owner.query('VACUUM (ANALYZE) gateway.access_record')
    await owner.query('CHECKPOINT')
  })
}

/** Bytes of everything that grows with the log. */
function sizeOf(ownerUrl: string): Promise<number> {
  return asOwner(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(('gateway.' || name)::regclass)) AS bytes
       FROM unnest('{access_record,tree_node,log_head,checkpoint}'::text[]) AS t(name)`,
    )
    return Number(rows[0]?.bytes)
  })
}

async function asOwner<T>(ownerUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    return await work(owner)
  } finally {
    await owner.end()
  }
}
