import { TILE_HEIGHT, TILE_WIDTH } from '../tile/tile-shape.ts'
import type { CompactRange, OnNode } from '../tree/compact-range.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import { subtreeRoot } from '../tree/subtree-root.ts'
import type { ReadLeaves } from './read-leaves.ts'
import { type PageSource, readPages } from './read-pages.ts'
import { createRootComparison, type RootClaims } from './root-comparison.ts'
import { verifyBlock } from './verify-block.ts'

/** What the records of a log say about other things than themselves. */
export interface SeenRecords {
  /** Hash of each policy → the first record that names it. */
  readonly policies: Map<string, number>
  /** Records about the log itself. */
  readonly actions: { readonly index: number; readonly text: string }[]
  /** How many were read. */
  records: number
}

export interface OriginTask extends PageSource, RootClaims {
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
        root: blockRoots[(at - from) / TILE_WIDTH],
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

function see(read: ReadLeaves, { list, seen }: OriginTask): void {
  for (const finding of read.findings) list.report(finding)
  for (const [hash, index] of read.policies) if (!seen.policies.has(hash)) seen.policies.set(hash, index)
  seen.actions.push(...read.actions)
  seen.records += read.records
}
