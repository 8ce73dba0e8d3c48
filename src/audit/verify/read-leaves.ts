import { HASH_BYTES } from '../tree/node-hash.ts'
import { type ExaminedRows, examineRows } from './examine-rows.ts'
import type { Finding } from './finding.ts'
import type { LogTables } from './log-tables.ts'

/** Some records of a log, by index over all origins. */
export interface LeafRange {
  readonly first: number
  readonly end: number
  /** Records below this index were pruned. */
  readonly prunedBefore: number
}

/** What the records of a range are, and what is wrong with them by themselves. */
export interface ReadLeaves {
  /** Hashes of the records that are there, 32 bytes each; zeros for those that are not. In the memory that was given. */
  readonly leaves: Buffer
  /** 1 where the record is there. */
  readonly present: Uint8Array
  /** How many were read. */
  readonly records: number
  readonly findings: readonly Finding[]
  /** Hash of each policy that a record names → the first index. */
  readonly policies: ReadonlyMap<string, number>
  /** Records about the log itself. */
  readonly actions: ExaminedRows['actions']
}

/**
 * Reads and hashes the records of a range.
 *
 * @param memory where their leaf hashes are put; 32 bytes for each record, at least
 */
export async function readLeaves(
  range: LeafRange,
  tables: Pick<LogTables, 'rows'>,
  memory: Buffer,
): Promise<ReadLeaves> {
  const { first, end } = range
  const read = {
    leaves: memory.subarray(0, (end - first) * HASH_BYTES).fill(0),
    present: new Uint8Array(end - first),
    records: 0,
    findings: [] as Finding[],
    policies: new Map<string, number>(),
    actions: [] as ExaminedRows['actions'][number][],
  }
  await tables.rows(first, end, (bytes) => {
    const rows = examineRows(bytes)
    read.findings.push(...takeIn(rows, read, range))
    for (const { index, column } of rows.differing)
      read.findings.push({
        kind: 'copy-differs',
        index,
        message: `the column \`${column}\` differs from the record`,
      })
    for (const [hash, index] of rows.policies) if (!read.policies.has(hash)) read.policies.set(hash, index)
    read.actions.push(...rows.actions)
    read.records += rows.indexes.length
  })
  return read
}

function takeIn(
  { indexes, leafHashes }: ExaminedRows,
  { leaves, present }: Pick<ReadLeaves, 'leaves' | 'present'>,
  { first: base, prunedBefore }: LeafRange,
): readonly Finding[] {
  const [first = base] = indexes
  const run = present.subarray(first - base, first - base + indexes.length)
  // As it is in a sound log: taken at once.
  if (first >= prunedBefore && !run.includes(1) && follow(indexes)) {
    run.fill(1)
    leaves.set(leafHashes, (first - base) * HASH_BYTES)
    return []
  }
  const findings: Finding[] = []
  for (const [i, index] of indexes.entries()) {
    const at = index - base
    if (present[at] === 1) findings.push({ kind: 'duplicate', index, message: 'the index is there twice' })
    else if (index < prunedBefore)
      findings.push({ kind: 'out-of-place', index, message: 'a record is there that was pruned' })
    else {
      present[at] = 1
      leaves.set(leafHashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), at * HASH_BYTES)
    }
  }
  return findings
}

function follow(indexes: readonly number[]): boolean {
  const [first = 0] = indexes
  for (let i = 1; i < indexes.length; i++) if (indexes[i] !== first + i) return false
  return true
}
