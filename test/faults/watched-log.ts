import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Outcome } from './load.ts'

/** The log as its owner sees it in the database, read once and held against what clients got. */
export interface WatchedLog {
  /**
   * Reads what was added since the last time.
   * @throws when an index is missing, or the head has another size or another tree than the records
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
  /** Roots of the complete subtrees, left to right, folded here from the records. */
  const roots: Buffer[] = []
  let size = 0

  return {
    get size() {
      return size
    },
    async readOn() {
      const { rows, head, frontier, firstIndex } = await readFrom(url, size)
      for (const { index, record } of rows) {
        if (Number(index) !== size) throw new Error(`the log has index ${index} where ${size} must be`)
        grow(roots, size - firstIndex, record)
        const { justification, response } = JSON.parse(record.toString('utf8'))
        const known = authorised.get(justification)
        if (known) known.push(response)
        else authorised.set(justification, [response])
        size++
      }
      if (head !== size) throw new Error(`the head says ${head} records, the log has ${size}`)
      if (!frontier.equals(Buffer.concat(roots)))
        throw new Error(`the tree is not that of the ${size} records`)
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
  readonly record: Buffer
}

/** RFC 6962 section 2.1: the leaf, merged with as many roots as its index has ones at the end. */
function grow(roots: Buffer[], index: number, record: Buffer): void {
  let node = createHash('sha256').update(Buffer.of(0)).update(record).digest()
  for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2)
    node = createHash('sha256')
      .update(Buffer.of(1))
      .update(roots.pop() ?? Buffer.of())
      .update(node)
      .digest()
  roots.push(node)
}

interface Reading {
  readonly rows: readonly Row[]
  readonly head: number
  readonly frontier: Buffer
  readonly firstIndex: number
}

async function readFrom(url: string, from: number): Promise<Reading> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    // One snapshot for both, since other gateways go on writing.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const head = await client.query<{ size: string; frontier: Buffer; first_index: string }>(
      'SELECT size, frontier, first_index FROM gateway.log_head',
    )
    const { rows } = await client.query<Row>(
      'SELECT index, record FROM gateway.access_record WHERE index >= $1 ORDER BY index',
      [from],
    )
    const [found] = head.rows
    if (!found) throw new Error('the log has no head')
    return {
      rows,
      head: Number(found.size),
      frontier: found.frontier,
      firstIndex: Number(found.first_index),
    }
  } finally {
    await client.end()
  }
}
