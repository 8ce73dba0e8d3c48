import { grouped } from '../../grouped.ts'
import { TILE_HEIGHT, TILE_WIDTH } from '../tile/tile-shape.ts'
import type { BlockRoots } from '../tree/block-roots.ts'
import type { CompactRange } from '../tree/compact-range.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import { splitHashes } from '../tree/split-hashes.ts'
import type { LogTables, StoredCheckpoint, StoredNode, StoredOrigin } from './log-tables.ts'
import { type ReadLeaves, readLeaves } from './read-leaves.ts'

/** How many leaves are looked at together: a multiple of 256. As many more are read meanwhile. */
const PAGE_LEAVES = 16_384

export interface PageSource {
  readonly tables: LogTables
  readonly origin: StoredOrigin
  /** Number of leaves. */
  readonly end: number
  /** The tree that was verified before; empty at first. */
  readonly tree: CompactRange
  readonly prunedBefore: number
  /** Computes the lowest levels of the tree; undefined: `verifyBlock` does. */
  readonly rootsOf?: BlockRoots | undefined
}

export interface Page {
  /** Leaves of the origin: [from, to). */
  readonly from: number
  readonly to: number
  /** Good until the next page is asked for: its memory is used again. */
  readonly read: ReadLeaves
  /** Over each whole 256 of the leaves that were read; none: they were not computed. */
  readonly blockRoots: readonly Buffer[]
  /** The nodes over 256 leaves each, by their index. */
  readonly stored: ReadonlyMap<number, readonly StoredNode[]>
  /** With a size in [from, to]. */
  readonly checkpoints: readonly StoredCheckpoint[]
}

/** All from where the tree stands, in order. The next one is asked for before this one is looked at, so that the server is not idle meanwhile. */
export async function* readPages(task: PageSource): AsyncGenerator<Page> {
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
  { tables, origin, prunedBefore, rootsOf }: PageSource,
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
  const blockRoots = roots ? splitHashes(roots) : []
  return { from, to, read, blockRoots, stored: grouped(nodes, ({ index }) => index), checkpoints }
}
