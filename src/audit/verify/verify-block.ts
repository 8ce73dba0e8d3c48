import { TILE_WIDTH } from '../tile/tile-shape.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import { subtreeRoot } from '../tree/subtree-root.ts'
import type { Finding } from './finding.ts'
import type { StoredNode } from './log-tables.ts'

/** 256 leaves of one origin, or fewer at its end. */
export interface Block {
  /** Of its first leaf, over all origins. */
  readonly first: number
  /** Of the records as they are stored now, 32 bytes each. */
  readonly leaves: Buffer
  /** 1 where the record is there. */
  readonly present: Uint8Array
  /** Over `leaves`, where all 256 are there; undefined: not computed yet. */
  readonly root: Buffer | undefined
  /** What `tree_node` has for it. */
  readonly stored: readonly StoredNode[]
  /** Records below this index were pruned; their leaf hashes are taken from `tree_node`. */
  readonly prunedBefore: number
}

export interface VerifiedBlock {
  /** The leaf hashes to go on with; undefined: a record is missing and nothing tells its leaf hash. */
  readonly leaves: Buffer | undefined
  /** Of these leaves, where they are a complete subtree and it was needed here. */
  readonly root: Buffer | undefined
  readonly findings: readonly Finding[]
}

/**
 * Compares the records of a block with what is stored of its tree. Where they differ the stored node above tells which one was
 * changed: the leaf hashes that it is made of are taken for the true ones, and the signed checkpoints judge that.
 */
export function verifyBlock(block: Block): VerifiedBlock {
  const { first, stored } = block
  const count = block.present.length
  const full = count === TILE_WIDTH
  const [node, ...more] = stored
  const findings: Finding[] = []
  const tree = (message: string): void => {
    findings.push({ kind: 'tree-changed', index: first, until: first + count, message })
  }
  if (full && node === undefined) tree('the stored leaf hashes of these records are gone')
  if (more.length > 0) tree('the node over these records is stored more than once')
  const length = node?.leaves?.length ?? 0
  const kept = length >= count * HASH_BYTES ? node?.leaves?.subarray(0, count * HASH_BYTES) : undefined
  if (node !== undefined && kept === undefined) tree('leaf hashes of these records are not stored')
  if (length > count * HASH_BYTES) {
    const message = 'leaf hashes are stored of records that are not there'
    findings.push({ kind: 'tree-changed', index: first + count, message })
  }
  const merged = mergeLeaves(block, kept)
  findings.push(...missing(block, kept !== undefined))
  if (merged === undefined || node === undefined || !full) {
    if (merged !== undefined && kept !== undefined)
      findings.push(...differing(first, merged, kept, 'leaf-hash-changed'))
    return { leaves: merged, root: undefined, findings }
  }
  const root = (merged === block.leaves ? block.root : undefined) ?? subtreeRoot(merged)
  if (kept === undefined || merged.equals(kept)) {
    if (!root.equals(node.hash)) tree('the stored node over these records is not that of their leaf hashes')
    return { leaves: merged, root, findings }
  }
  const keptRoot = subtreeRoot(kept)
  const storedIsWhole = keptRoot.equals(node.hash)
  findings.push(...differing(first, merged, kept, storedIsWhole ? 'record-changed' : 'leaf-hash-changed'))
  if (!storedIsWhole && !root.equals(node.hash))
    tree('the stored node over these records is neither that of the records nor of their stored leaf hashes')
  return storedIsWhole ? { leaves: kept, root: keptRoot, findings } : { leaves: merged, root, findings }
}

/** The leaf hashes of the records, and the stored ones of those that are not there. */
function mergeLeaves({ leaves, present }: Block, kept: Buffer | undefined): Buffer | undefined {
  if (present.every((there) => there === 1)) return leaves
  if (kept === undefined) return undefined
  const merged = Buffer.from(leaves)
  present.forEach((there, i) => {
    if (there === 0) kept.copy(merged, i * HASH_BYTES, i * HASH_BYTES, (i + 1) * HASH_BYTES)
  })
  return merged
}

function missing({ first, present, prunedBefore }: Block, kept: boolean): readonly Finding[] {
  const gaps: Finding[] = []
  let at = 0
  while (at < present.length) {
    const start = at
    while (at < present.length && present[at] === 0 && (first + at >= prunedBefore || !kept)) at++
    if (at === start) at++
    else {
      const [index, until] = [first + start, first + at]
      const message = until - index === 1 ? 'the record is gone' : `${until - index} records are gone`
      gaps.push({ kind: 'missing', index, message })
    }
  }
  return gaps
}

function differing(
  first: number,
  leaves: Buffer,
  kept: Buffer,
  kind: 'record-changed' | 'leaf-hash-changed',
): readonly Finding[] {
  const findings: Finding[] = []
  for (let at = 0; at < leaves.length; at += HASH_BYTES)
    if (leaves.compare(kept, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0)
      findings.push({
        kind,
        index: first + at / HASH_BYTES,
        message:
          kind === 'record-changed'
            ? 'the record is not the one whose hash is in the tree'
            : 'the stored leaf hash is not that of the record',
      })
  return findings
}
