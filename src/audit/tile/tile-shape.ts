/** Hashes of a full tile, and entries of a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256
/** Levels of the tree between a tile's hashes and those of the tile level above. */
export const TILE_HEIGHT = 8

/** A tile of hashes: nodes of tree level `level · 8`, `width` of them from `index · 256` on. */
export interface TileShape {
  readonly level: number
  readonly index: number
  /** 1 to 256; 256 is a full tile. */
  readonly width: number
}

/** How many hashes the tile has in a tree of `size` leaves; 0: the tree has no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level)
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH))
}

/** All tiles of a tree of `size` leaves, level by level. A partial tile is always the last one of its level. */
export function* tilesOfSize(size: number): Generator<TileShape> {
  for (let level = 0; tileWidth(level, 0, size) > 0; level++)
    for (let index = 0, width = 0; ; index++) {
      width = tileWidth(level, index, size)
      if (width === 0) break
      yield { level, index, width }
    }
}
