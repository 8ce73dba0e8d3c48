import { invariant } from '../../invariant.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import type { NodeReader } from '../tree/node-reader.ts'
import { subtreeRoot } from '../tree/subtree-root.ts'
import { TILE_HEIGHT, TILE_WIDTH, tileWidth } from './tile-shape.ts'

/**
 * Reads the first `width` hashes of a tile, 32 bytes each: the nodes of tree level `8 · level` from `256 · index` on. Rejects
 * where there are fewer.
 */
export type TileReader = (level: number, index: number, width: number) => Promise<Uint8Array>

/**
 * The nodes of the tree of `size` leaves, read as tiles: a node between two tile levels is hashed from the tile below it.
 * Each tile is read once, so a proof costs at most two reads for every eight levels. For one proof or a few: it keeps the
 * tiles that it read.
 */
export function nodesOfTiles(readTile: TileReader, size: number): NodeReader {
  const tiles = new Map<string, Promise<Uint8Array>>()
  const tile = (level: number, index: number): Promise<Uint8Array> => {
    const key = `${level}/${index}`
    const known = tiles.get(key)
    if (known !== undefined) return known
    const width = tileWidth(level, index, size)
    invariant(width > 0, 'the tree has the tile')
    const reading = readTile(level, index, width).then((bytes) => {
      if (bytes.length !== width * HASH_BYTES) throw new Error('a tile does not have its hashes')
      return bytes
    })
    tiles.set(key, reading)
    return reading
  }
  return async (level, index) => {
    const height = level % TILE_HEIGHT
    const hashes = 2 ** height
    const first = index * hashes
    const bytes = await tile((level - height) / TILE_HEIGHT, Math.floor(first / TILE_WIDTH))
    const start = (first % TILE_WIDTH) * HASH_BYTES
    invariant(start + hashes * HASH_BYTES <= bytes.length, 'the node is complete in this tree')
    return subtreeRoot(bytes.subarray(start, start + hashes * HASH_BYTES))
  }
}
