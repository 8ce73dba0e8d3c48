import { grouped } from '../../grouped.ts'
import type { Checkpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/note-key.ts'
import { TILE_HEIGHT, TILE_WIDTH } from '../tile/tile-shape.ts'
import type { BlockRoots } from '../tree/block-roots.ts'
import type { CompactRange, OnNode } from '../tree/compact-range.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import { subtreeRoot } from '../tree/subtree-root.ts'
import { checkpointProblem } from './checkpoint-check.ts'
import type { FindingList } from './finding-list.ts'
import type { LogTables, StoredCheckpoint, StoredNode, StoredOrigin } from './log-tables.ts'
import { type ReadLeaves, readLeaves } from './read-leaves.ts'
import { verifyBlock } from './verify-block.ts'

/** How many leaves are looked at together: a multiple of 256. As many more are read meanwhile. */
const PAGE_LEAVES = 16_384

/** What the records of a log say about other things than themselves. */
export interface SeenRecords {
  /** Hash of each policy → the first record that names it. */
  readonly policies: Map<string, number>
  /** Records about the log itself. */
  readonly actions: { readonly index: number; readonly text: string }[]
  /** How many were read. */
  records: number
}

export interface OriginTask {
  readonly tables: LogTables
  readonly origin: StoredOrigin
  /** Undefined: its key is not trusted. */
  readonly verifier: Verifier | undefined
  /** Number of leaves. */
  readonly end: number
  /** The tree that was verified before; empty at first. */
  readonly tree: CompactRange
  /** Where a checkpoint last confirmed the root. */
  readonly confirmed: number
  /** Signed checkpoints of this origin that were kept outside. */
  readonly witnessed: readonly Checkpoint[]
  readonly prunedBefore: number
  /** Computes the lowest levels of the tree; undefined: that is done here. */
  readonly rootsOf?: BlockRoots | undefined
  readonly list: FindingList
  readonly seen: SeenRecords
  /** Told after each page; `confirmed` leaves are under a checkpoint that holds. */
  onPage(tree: CompactRange, confirmed: number): void | Promise<void>
}

export interface VerifiedOrigin {
  /** Undefined: a record is missing whose leaf hash nothing tells, so no root above it could be compared. */
  readonly tree: CompactRange | undefined
  /** Size of the largest checkpoint whose root is that of the records. */
  readonly confirmed: number
}

/** Reads every record of an origin from where the tree stands, and compares with all that is stored about it. */
export async function verifyOrigin(task: OriginTask): Promise<VerifiedOrigin> {
  const { tables, origin, tree, list } = task
  const roots = createRootComparison(task)
  for await (const { from, to, read, blockRoots, stored, checkpoints } of readPages(task)) {
    see(read, task)
    roots.expect(Math.max(from - 1, tree.size === 0 ? -1 : tree.size), to, checkpoints)
    const completed: { level: number; index: number; hash: Buffer }[] = []
    const onNode: OnNode = (level, index, hash) => {
      if (level > TILE_HEIGHT && level % TILE_HEIGHT === 0) completed.push({ level, index, hash })
    }
    for (let at = from; at < to; at += TILE_WIDTH) {
      const upTo = Math.min(at + TILE_WIDTH, to)
      const { leaves, root, findings } = verifyBlock({
        first: origin.firstIndex + at,
        leaves: read.leaves.subarray((at - from) * HASH_BYTES, (upTo - from) * HASH_BYTES),
        present: read.present.subarray(at - from, upTo - from),
        root: hashAt(blockRoots, (at - from) / TILE_WIDTH),
        stored: stored.get(at / TILE_WIDTH) ?? [],
        prunedBefore: task.prunedBefore,
      })
      for (const finding of findings) list.report(finding)
      if (leaves === undefined) return { tree: undefined, confirmed: roots.confirmed() }
      const whole = leaves.length === TILE_WIDTH * HASH_BYTES && tree.size === at && roots.next() >= upTo
      if (whole) tree.appendSubtree(TILE_HEIGHT, root ?? subtreeRoot(leaves), onNode)
      else
        for (let leaf = tree.size; leaf < upTo; leaf++) {
          roots.compare(tree)
          const start = (leaf - at) * HASH_BYTES
          tree.append(leaves.subarray(start, start + HASH_BYTES), onNode)
        }
      roots.compare(tree)
    }
    for (const { level, index, hash } of completed) {
      const nodes = await tables.nodes(origin.number, level, index, index + 1)
      if (nodes.length === 1 && nodes[0]?.hash.equals(hash)) continue
      const first = origin.firstIndex + index * 2 ** level
      const message = `the stored node of level ${level} over these records is not theirs`
      list.report({ kind: 'tree-changed', index: first, until: first + 2 ** level, message })
    }
    await task.onPage(tree, roots.confirmed())
  }
  return { tree, confirmed: roots.confirmed() }
}

interface Page {
  /** Leaves of the origin: [from, to). */
  readonly from: number
  readonly to: number
  readonly read: ReadLeaves
  /** Over each whole 256 of the leaves that were read; undefined: not computed yet. */
  readonly blockRoots: Uint8Array | undefined
  /** The nodes over 256 leaves each, by their index. */
  readonly stored: ReadonlyMap<number, readonly StoredNode[]>
  /** With a size in [from, to]. */
  readonly checkpoints: readonly StoredCheckpoint[]
}

/** In order. The next one is asked for before this one is looked at, so that the server is not idle meanwhile. */
async function* readPages(task: OriginTask): AsyncGenerator<Page> {
  const { end, tree } = task
  // A tree that ends within a block was verified up to there; the block's other records come with its leaf hashes.
  let next = tree.size - (tree.size % TILE_WIDTH)
  const ahead: Promise<Page>[] = []
  // One page is read while the other is looked at. Shared, so that a thread need not be given a copy.
  const bytes = Math.max(0, Math.min(PAGE_LEAVES, end - next)) * HASH_BYTES
  let memory = sharedMemory(bytes)
  let other = sharedMemory(bytes)
  for (;;) {
    for (; next < end && ahead.length < 2; next += PAGE_LEAVES) {
      const page = readPage(task, next, Math.min(next + PAGE_LEAVES, end), memory)
      ;[memory, other] = [other, memory]
      // Who stops early asks for none of those that are under way.
      page.catch(() => undefined)
      ahead.push(page)
    }
    const first = ahead.shift()
    if (first === undefined) return
    yield await first
  }
}

const sharedMemory = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes))

async function readPage(
  { tables, origin, prunedBefore, rootsOf }: OriginTask,
  from: number,
  to: number,
  memory: Buffer,
): Promise<Page> {
  const range = { first: origin.firstIndex + from, end: origin.firstIndex + to, prunedBefore }
  const [nodes, checkpoints, read] = await Promise.all([
    tables.nodes(origin.number, TILE_HEIGHT, from / TILE_WIDTH, Math.ceil(to / TILE_WIDTH)),
    tables.checkpoints(origin.number, from - 1, to),
    readLeaves(range, tables, memory),
  ])
  const roots = await rootsOf?.(read.leaves)
  return { from, to, read, blockRoots: roots, stored: grouped(nodes, ({ index }) => index), checkpoints }
}

/** Undefined: it is not among them. */
function hashAt(hashes: Uint8Array | undefined, index: number): Buffer | undefined {
  const hash = hashes?.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  return hash?.length === HASH_BYTES ? Buffer.from(hash) : undefined
}

function see(read: ReadLeaves, { list, seen }: OriginTask): void {
  for (const finding of read.findings) list.report(finding)
  for (const [hash, index] of read.policies) if (!seen.policies.has(hash)) seen.policies.set(hash, index)
  seen.actions.push(...read.actions)
  seen.records += read.records
}

/** Compares the root with the signed checkpoints as the tree comes to their sizes. */
function createRootComparison(task: OriginTask) {
  const { origin, verifier, witnessed, list } = task
  let due: { readonly size: number; readonly root: Buffer; readonly outside: boolean }[] = []
  let confirmed = task.confirmed
  /** Confirmed by one that was kept outside: who forks a log may sign the stored ones anew. */
  let outside = task.confirmed
  let differs = false
  return {
    confirmed: () => confirmed,
    /** Size of the next checkpoint. */
    next: () => due[0]?.size ?? Number.POSITIVE_INFINITY,
    /** @param stored those of the database, from `after` at the latest */
    expect(after: number, to: number, stored: readonly StoredCheckpoint[]): void {
      due = witnessed
        .filter(({ size }) => size > after && size <= to)
        .map((checkpoint) => ({ ...checkpoint, outside: true }))
      for (const checkpoint of stored) {
        if (checkpoint.size <= after) continue
        const problem = checkpointProblem(checkpoint, origin.origin, verifier)
        if (problem === undefined) due.push({ ...checkpoint, outside: false })
        else list.report(problem)
      }
      due.sort((a, b) => a.size - b.size)
    },
    compare(tree: CompactRange): void {
      for (let next = due[0]; next !== undefined && next.size <= tree.size; next = due[0]) {
        due.shift()
        if (next.size < tree.size) continue
        if (tree.root().equals(next.root)) {
          if (!differs) confirmed = next.size
          if (!differs && next.outside) outside = next.size
        } else if (!differs) {
          // All later roots differ as well.
          differs = true
          const from = next.outside ? outside : confirmed
          const [index, until] = [origin.firstIndex + from, origin.firstIndex + next.size]
          list.report({
            kind: 'root-differs',
            index: Math.min(index, until),
            until,
            message: `the records are not those of the signed checkpoint of size ${next.size}`,
          })
        }
      }
    },
  }
}
