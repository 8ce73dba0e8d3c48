import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Outcome } from './load.ts'

/** The log as its owner sees it in the database, read once and held against what clients got. */
export interface WatchedLog {
  /**
   * Reads what was added since the last time.
   * @throws when an index is missing, a leaf hash is not that of its record, or the head has another size
   */
  readOn(): Promise<void>
  readonly size: number
  /** What is wrong about the outcomes, in words; empty when every answer has exactly the one record that it must have. */
  objections(outcomes: readonly Outcome[]): readonly string[]
  /** Records of answers that nobody got: authorised, and then the gateway died. */
  unclaimed(outcomes: readonly Outcome[]): number
}

/** @param url of the database's owner; connected to anew for each reading, since servers are killed here */
export function watchLog(url: string): WatchedLog {
  /** Justification → digests of the answers that were authorised under it; undefined for one without data. */
  const authorised = new Map<string, (string | undefined)[]>()
  let size = 0

  return {
    get size() {
      return size
    },
    async readOn() {
      const { rows, head } = await readFrom(url, size)
      for (const { index, leaf_hash: leaf, record } of rows) {
        if (Number(index) !== size) throw new Error(`the log has index ${index} where ${size} must be`)
        const expected = createHash('sha256').update(Buffer.of(0)).update(record).digest()
        if (!leaf.equals(expected))
          throw new Error(`the leaf hash at index ${index} is not that of its record`)
        const { justification, response } = JSON.parse(record.toString('utf8'))
        const known = authorised.get(justification)
        if (known) known.push(response)
        else authorised.set(justification, [response])
        size++
      }
      if (head !== size) throw new Error(`the head says ${head} records, the log has ${size}`)
    },
    objections(outcomes) {
      return outcomes.flatMap((outcome) => {
        const records = authorised.get(outcome.mark) ?? []
        if (records.length > 1) return [`\`${outcome.mark}\` has ${records.length} records`]
        if (outcome.kind !== 'answered') return []
        if (records.length === 0) return [`the answer to \`${outcome.mark}\` has no record`]
        return records[0] === outcome.digest
          ? []
          : [`the answer to \`${outcome.mark}\` is not the recorded one`]
      })
    },
    unclaimed: (outcomes) =>
      outcomes.filter(({ kind, mark }) => kind === 'broken' && authorised.get(mark)?.[0] !== undefined)
        .length,
  }
}

interface Row {
  readonly index: string
  readonly leaf_hash: Buffer
  readonly record: Buffer
}

async function readFrom(
  url: string,
  from: number,
): Promise<{ readonly rows: readonly Row[]; readonly head: number }> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    // One snapshot for both, since other gateways go on writing.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const head = await client.query<{ size: string }>('SELECT size FROM gateway.log_head')
    const { rows } = await client.query<Row>(
      'SELECT index, leaf_hash, record FROM gateway.access_record WHERE index >= $1 ORDER BY index',
      [from],
    )
    return { rows, head: Number(head.rows[0]?.size) }
  } finally {
    await client.end()
  }
}
