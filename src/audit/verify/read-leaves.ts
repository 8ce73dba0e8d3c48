import { HASH_BYTES } from '../tree/node-hash.ts'
import type { ExaminedRows } from './examine-rows.ts'
import type { Examiner } from './examiner.ts'
import type { FindingList } from './finding-list.ts'
import type { LogTables, StoredOrigin } from './log-tables.ts'

/** What the records of a log say about other things than themselves. */
export interface SeenRecords {
  /** Hash of each policy → the first record that names it. */
  readonly policies: Map<string, number>
  /** Records about the log itself. */
  readonly actions: { readonly index: number; readonly text: string }[]
  /** How many were read. */
  records: number
}

export interface Leaves {
  /** Hashes of the records that are there, 32 bytes each; zeros for those that are not. */
  readonly leaves: Buffer
  /** 1 where the record is there. */
  readonly present: Uint8Array
}

interface Place {
  readonly tables: LogTables
  readonly examiner: Examiner
  readonly origin: StoredOrigin
  readonly prunedBefore: number
  readonly list: FindingList
  readonly seen: SeenRecords
}

/** Reads and hashes the records of the leaves [from, to) of an origin. */
export async function readLeaves(place: Place, from: number, to: number): Promise<Leaves> {
  const { tables, origin, examiner } = place
  const base = origin.firstIndex + from
  const page = { leaves: Buffer.alloc((to - from) * HASH_BYTES), present: new Uint8Array(to - from) }
  const underWay: (ExaminedRows | Promise<ExaminedRows>)[] = []
  const takeFirst = async (): Promise<void> => {
    const rows = await underWay.shift()
    if (rows !== undefined) take(rows, page, base, place)
  }
  for await (const bytes of tables.rows(base, origin.firstIndex + to)) {
    underWay.push(examiner.examine(bytes))
    while (underWay.length > examiner.width) await takeFirst()
  }
  while (underWay.length > 0) await takeFirst()
  return page
}

function take(rows: ExaminedRows, { leaves, present }: Leaves, base: number, place: Place): void {
  const { prunedBefore, list, seen } = place
  const { indexes, leafHashes } = rows
  const [first = base] = indexes
  const run = present.subarray(first - base, first - base + indexes.length)
  // As it is in a sound log: taken at once.
  if (first >= prunedBefore && !run.includes(1) && follow(indexes)) {
    run.fill(1)
    leaves.set(leafHashes, (first - base) * HASH_BYTES)
  } else
    for (const [i, index] of indexes.entries()) {
      const at = index - base
      if (present[at] === 1) list.report({ kind: 'duplicate', index, message: 'the index is there twice' })
      else if (index < prunedBefore)
        list.report({ kind: 'out-of-place', index, message: 'a record is there that was pruned' })
      else {
        present[at] = 1
        leaves.set(leafHashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), at * HASH_BYTES)
      }
    }
  for (const { index, column } of rows.differing)
    list.report({
      kind: 'copy-differs',
      index,
      message: `the column \`${column}\` differs from the record`,
    })
  for (const [hash, index] of rows.policies) if (!seen.policies.has(hash)) seen.policies.set(hash, index)
  seen.actions.push(...rows.actions)
  seen.records += indexes.length
}

function follow(indexes: Float64Array): boolean {
  const [first = 0] = indexes
  return indexes.every((index, i) => index === first + i)
}
