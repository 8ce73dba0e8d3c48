import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '../../../src/audit/leaf.ts'
import { createCompactRange } from '../../../src/audit/tree/compact-range.ts'
import { consistencyProof, verifyConsistency } from '../../../src/audit/tree/consistency.ts'
import { inclusionProof, verifyInclusion } from '../../../src/audit/tree/inclusion.ts'
import { EMPTY_ROOT } from '../../../src/audit/tree/node-hash.ts'
import type { NodeReader } from '../../../src/audit/tree/node-reader.ts'
import { rangeRoot } from '../../../src/audit/tree/range-root.ts'
import { naivePath, naiveProof, naiveRoot } from './naive-tree.ts'
import { LEAVES, ROOTS } from './rfc6962-vectors.ts'

/** Leaves that differ, and the complete nodes above them. */
function treeOf(size: number) {
  const leaves = Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`))
  const nodes = new Map<string, Buffer>()
  const range = createCompactRange()
  leaves.forEach((leaf, i) => {
    nodes.set(`0/${i}`, leafHash(leaf))
    range.append(leafHash(leaf), (level, index, hash) => nodes.set(`${level}/${index}`, hash))
  })
  let reads = 0
  const read: NodeReader = async (level, index) => {
    reads++
    const node = nodes.get(`${level}/${index}`)
    if (node === undefined) throw new Error(`no node ${level}/${index}`)
    return node
  }
  return { leaves, range, read, reads: () => reads }
}

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 127, 129]

describe('the tree', () => {
  it('has the roots of the known vectors', () => {
    const range = createCompactRange()
    expect(range.root().toString('hex')).toBe(ROOTS[0])
    LEAVES.forEach((leaf, i) => {
      range.append(leafHash(leaf))
      expect(range.root().toString('hex')).toBe(ROOTS[i + 1])
      expect(naiveRoot(LEAVES.slice(0, i + 1)).toString('hex')).toBe(ROOTS[i + 1])
    })
  })

  it('grows to the root that RFC 6962 defines, and goes on from any frontier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (before, after) => {
        const { leaves } = treeOf(before + after)
        const begun = createCompactRange()
        for (const leaf of leaves.slice(0, before)) begun.append(leafHash(leaf))
        const resumed = createCompactRange(before, begun.frontier())
        for (const leaf of leaves.slice(before)) resumed.append(leafHash(leaf))
        expect(resumed.size).toBe(leaves.length)
        expect(resumed.root()).toEqual(naiveRoot(leaves))
      }),
    )
  })

  it('takes complete subtrees for their leaves', () => {
    const { leaves, range } = treeOf(21)
    const bySubtrees = createCompactRange()
    for (const [level, first, end] of [
      [3, 0, 8],
      [3, 8, 16],
      [2, 16, 20],
      [0, 20, 21],
    ] as const)
      bySubtrees.appendSubtree(
        level,
        level === 0 ? leafHash(leaves[first] ?? Buffer.of()) : naiveRoot(leaves.slice(first, end)),
      )
    expect(bySubtrees.frontier()).toEqual(range.frontier())
  })

  it('refuses a frontier that does not fit the size', () => {
    expect(() => createCompactRange(3, Buffer.alloc(32))).toThrow(RangeError)
    expect(() => createCompactRange(1, Buffer.alloc(33))).toThrow(RangeError)
    expect(() => createCompactRange(-1)).toThrow(RangeError)
  })

  it('knows the root of every earlier size', async () => {
    const { leaves, read } = treeOf(130)
    for (let size = 0; size <= 130; size++)
      expect(await rangeRoot(read, 0, size)).toEqual(naiveRoot(leaves.slice(0, size)))
  })
})

describe('inclusion', () => {
  it('is proved as RFC 6962 says, for every leaf', async () => {
    for (const size of SIZES) {
      const { leaves, read } = treeOf(size)
      const root = naiveRoot(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const proof = await inclusionProof(read, index, size)
        expect(proof).toEqual(naivePath(index, leaves))
        expect(verifyInclusion({ index, size, leafHash: leafHash(leaf), root, proof })).toBe(true)
      }
    }
  })

  it('reads O(log n) nodes', async () => {
    const { read, reads } = treeOf(3_000)
    await inclusionProof(read, 1_234, 3_000)
    expect(reads()).toBeLessThan(24)
  })

  it('does not verify when anything is changed', async () => {
    for (const size of SIZES) {
      const { leaves, read } = treeOf(size)
      const index = Math.floor(size / 2)
      const good = {
        index,
        size,
        leafHash: leafHash(leaves[index] ?? Buffer.of()),
        root: naiveRoot(leaves),
        proof: await inclusionProof(read, index, size),
      }
      const wrong = [
        { ...good, index: index + 1 },
        { ...good, index: -1 },
        { ...good, index: index + 0.5 },
        { ...good, size: 0 },
        { ...good, leafHash: flipped(good.leafHash) },
        { ...good, root: flipped(good.root) },
        { ...good, proof: [...good.proof, good.root] },
        { ...good, proof: [good.root, ...good.proof] },
        ...good.proof.map((hash, i) => ({ ...good, proof: good.proof.with(i, flipped(hash)) })),
        ...good.proof.map((_, i) => ({ ...good, proof: good.proof.toSpliced(i, 1) })),
      ]
      for (const claim of wrong) expect(verifyInclusion(claim)).toBe(false)
    }
  })

  it('of a leaf that is not there is refused', async () => {
    await expect(inclusionProof(treeOf(4).read, 4, 4)).rejects.toThrow(RangeError)
  })
})

describe('consistency', () => {
  it('is proved as RFC 6962 says, for every pair of sizes', async () => {
    const { leaves, read } = treeOf(36)
    for (let newSize = 1; newSize <= 36; newSize++)
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = await consistencyProof(read, oldSize, newSize)
        expect(proof).toEqual(naiveProof(oldSize, leaves.slice(0, newSize)))
        const oldRoot = naiveRoot(leaves.slice(0, oldSize))
        const newRoot = naiveRoot(leaves.slice(0, newSize))
        const good = { oldSize, newSize, oldRoot, newRoot, proof }
        expect(verifyConsistency(good)).toBe(true)
        const wrong = [
          { ...good, oldRoot: flipped(oldRoot) },
          { ...good, newRoot: flipped(newRoot) },
          { ...good, proof: [...proof, newRoot] },
          { ...good, oldSize: newSize + 1 },
          ...proof.map((hash, i) => ({ ...good, proof: proof.with(i, flipped(hash)) })),
          ...proof.map((_, i) => ({ ...good, proof: proof.toSpliced(i, 1) })),
        ]
        for (const claim of wrong) expect(verifyConsistency(claim)).toBe(false)
      }
  })

  it('of the empty tree is empty, and only of the empty tree', async () => {
    const { read, range } = treeOf(3)
    expect(await consistencyProof(read, 0, 3)).toEqual([])
    const claim = { oldSize: 0, newSize: 3, oldRoot: EMPTY_ROOT, newRoot: range.root(), proof: [] }
    expect(verifyConsistency(claim)).toBe(true)
    expect(verifyConsistency({ ...claim, oldRoot: range.root() })).toBe(false)
    expect(verifyConsistency({ ...claim, proof: [range.root()] })).toBe(false)
  })

  it('tells a fork: no proof of one side fits the root of the other', async () => {
    const { leaves, read } = treeOf(40)
    const forked = leaves.with(25, Buffer.from('another'))
    for (const oldSize of [26, 30, 32, 39])
      expect(
        verifyConsistency({
          oldSize,
          newSize: 40,
          oldRoot: naiveRoot(forked.slice(0, oldSize)),
          newRoot: naiveRoot(leaves),
          proof: await consistencyProof(read, oldSize, 40),
        }),
      ).toBe(false)
  })

  it('reads O(log n) nodes', async () => {
    const { read, reads } = treeOf(3_000)
    await consistencyProof(read, 1_234, 3_000)
    expect(reads()).toBeLessThan(36)
  })
})

it('the leaf hash is that of the RFC', () => {
  const data = Buffer.from('record')
  const expected = createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), data]))
    .digest()
  expect(leafHash(data)).toEqual(expected)
})

function flipped(hash: Buffer): Buffer {
  const copy = Buffer.from(hash)
  copy[5] = (copy[5] ?? 0) ^ 0x10
  return copy
}
