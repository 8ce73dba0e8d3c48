import type { CompactRange } from '../tree/compact-range.ts'
import { completeSubtrees } from '../tree/complete-subtrees.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import type { Finding } from './finding.ts'
import type { LogTables, StoredHead, StoredOrigin } from './log-tables.ts'

export interface HeadTask {
  readonly tables: LogTables
  readonly origin: StoredOrigin
  /** Leaves that were read. */
  readonly end: number
  /** Where the next origin begins, or the head says that the log ends. */
  readonly upTo: number
  readonly tree: CompactRange | undefined
  /** Leaves that a checkpoint confirmed. */
  readonly confirmed: number
  readonly head: StoredHead | undefined
  readonly isLast: boolean
}

/** Compares where an origin ends with what the head, the tree and the checkpoints say of it. */
export async function verifyHead(task: HeadTask): Promise<readonly Finding[]> {
  const { tables, origin, end, upTo, tree, head, isLast } = task
  const findings: Finding[] = []
  const ends = origin.firstIndex + end
  if (upTo > ends)
    findings.push({ kind: 'missing', index: ends, message: `${upTo - ends} records are gone at the end` })
  if (upTo < origin.firstIndex)
    findings.push({
      kind: 'origin-broken',
      index: upTo,
      message: 'an origin begins before the one before it',
    })
  const [beyond] = await tables.checkpoints(origin.number, end, Number.MAX_SAFE_INTEGER)
  if (beyond !== undefined)
    findings.push({
      kind: 'rolled-back',
      index: origin.firstIndex + Math.min(task.confirmed, end),
      until: ends + 1,
      message: `the log has ${end} records, its checkpoint of size ${beyond.size} has more`,
    })
  if ((await tables.nodesBeyond(origin.number, end)) > 0)
    findings.push({
      kind: 'tree-changed',
      index: ends,
      message: 'there are stored nodes over records that are not there',
    })
  if (!isLast) return findings
  if (head === undefined || head.origin !== origin.number || head.firstIndex !== origin.firstIndex)
    findings.push({
      kind: 'head-changed',
      index: undefined,
      message: 'the head of the log is not in its last origin',
    })
  // Of a log that is cut off, the frontier says nothing new.
  if (upTo > ends || beyond !== undefined) return findings
  if (head !== undefined && tree !== undefined) findings.push(...frontierProblem(origin, tree, head.frontier))
  return findings
}

/** The frontier tells which subtree of the end differs, also where no leaf hashes are stored yet. */
function frontierProblem(origin: StoredOrigin, tree: CompactRange, stored: Buffer): readonly Finding[] {
  const frontier = tree.frontier()
  if (frontier.equals(stored)) return []
  const message = 'the frontier of the head is not that of these records'
  const differs = (_: unknown, i: number): boolean => {
    const [from, to] = [i * HASH_BYTES, (i + 1) * HASH_BYTES]
    return frontier.compare(stored, from, to, from, to) !== 0
  }
  const place = stored.length === frontier.length ? completeSubtrees(0, tree.size).find(differs) : undefined
  if (place === undefined) return [{ kind: 'head-changed', index: undefined, message }]
  const width = 2 ** place.level
  const index = origin.firstIndex + place.index * width
  return [{ kind: 'tree-changed', index, until: index + width, message }]
}
