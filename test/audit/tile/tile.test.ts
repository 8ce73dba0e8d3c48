import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '../../../src/audit/leaf.ts'
import { decodeBundle, encodeBundle } from '../../../src/audit/tile/entry-bundle.ts'
import { parseTilePath, tilePath } from '../../../src/audit/tile/tile-path.ts'
import { nodesOfTiles, type TileReader } from '../../../src/audit/tile/tile-reader.ts'
import { TILE_WIDTH, tilesOfSize } from '../../../src/audit/tile/tile-shape.ts'
import { createCompactRange } from '../../../src/audit/tree/compact-range.ts'
import { inclusionProof, verifyInclusion } from '../../../src/audit/tree/inclusion.ts'
import { rangeRoot } from '../../../src/audit/tree/range-root.ts'

describe('the path of a tile', () => {
  it.each([
    [{ kind: 'hashes', level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ kind: 'hashes', level: 3, index: 1_234_067, width: 256 }, 'tile/3/x001/x234/067'],
    [{ kind: 'hashes', level: 63, index: 999, width: 1 }, 'tile/63/999.p/1'],
    [{ kind: 'entries', index: 1_000, width: 255 }, 'tile/entries/x001/000.p/255'],
  ] as const)('%o is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  it('comes back from what it was written as', () => {
    const kind = fc.constantFrom('hashes' as const, 'entries' as const)
    const index = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const level = fc.integer({ min: 0, max: 63 })
    fc.assert(
      fc.property(kind, level, index, fc.integer({ min: 1, max: 256 }), (which, l, i, width) => {
        const tile =
          which === 'hashes' ? { kind: which, level: l, index: i, width } : { kind: which, index: i, width }
        expect(parseTilePath(tilePath(tile))).toEqual(tile)
      }),
    )
  })

  it.each([
    '',
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/x0001/001',
    'tile/0/001/001',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/1/',
    '/tile/0/000',
    'tile/data/000',
    'tile/entries/../../000',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('%j is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })
})

it('a tree of 70,000 has the tiles of the example in the specification', () => {
  const tiles = [...tilesOfSize(70_000)]
  const full = (level: number) => tiles.filter((t) => t.level === level && t.width === TILE_WIDTH).length
  const partial = tiles.filter((t) => t.width < TILE_WIDTH)
  expect([full(0), full(1), full(2)]).toEqual([273, 1, 0])
  expect(partial).toEqual([
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ])
  expect([...tilesOfSize(256)]).toEqual([
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
  ])
  expect([...tilesOfSize(0)]).toEqual([])
})

it('nodes that are read from tiles prove what the tree holds, in one read for each level', async () => {
  const size = 70_000
  const leaf = (i: number) => leafHash(Buffer.from(`leaf ${i}`))
  const rows = new Map<number, Buffer[]>([[0, []]])
  const range = createCompactRange()
  for (let i = 0; i < size; i++) {
    rows.get(0)?.push(leaf(i))
    range.append(leaf(i), (level, _, hash) => {
      if (level % 8 !== 0) return
      const row = rows.get(level) ?? []
      row.push(hash)
      rows.set(level, row)
    })
  }
  const reads: string[] = []
  const readTile: TileReader = async (level, index, width) => {
    reads.push(`${level}/${index}/${width}`)
    return Buffer.concat(rows.get(level * 8)?.slice(index * 256, index * 256 + width) ?? [])
  }
  const root = range.root()
  expect(await rangeRoot(nodesOfTiles(readTile, size), 0, size)).toEqual(root)
  for (const index of [0, 255, 256, 65_535, 65_536, size - 1]) {
    reads.length = 0
    const proof = await inclusionProof(nodesOfTiles(readTile, size), index, size)
    expect(verifyInclusion({ index, size, leafHash: leaf(index), root, proof })).toBe(true)
    expect(reads.length).toBeLessThanOrEqual(6)
  }
})

describe('an entry bundle', () => {
  it('holds each entry after its length in two bytes', () => {
    expect(
      encodeBundle([Buffer.from('ab'), Buffer.alloc(258, 1)])
        .subarray(0, 6)
        .toString('hex'),
    ).toBe('000261620102')
  })

  it('comes back from what it was written as', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (records) => {
        expect(decodeBundle(encodeBundle(records))).toEqual(records.map((r) => Buffer.from(r)))
      }),
    )
  })

  it('that is cut short is none', () => {
    const bytes = encodeBundle([Buffer.from('abc'), Buffer.from('d')])
    for (const length of [1, 3, 6, bytes.length - 1])
      expect(decodeBundle(bytes.subarray(0, length))).toBeUndefined()
  })

  it('refuses what it cannot hold', () => {
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow(RangeError)
    expect(() => encodeBundle(Array.from({ length: 257 }, () => Buffer.of(1)))).toThrow(RangeError)
  })
})
