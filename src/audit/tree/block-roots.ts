import { TILE_WIDTH } from '../tile/tile-shape.ts'
import { HASH_BYTES } from './node-hash.ts'
import { subtreeRoot } from './subtree-root.ts'

const BLOCK_BYTES = TILE_WIDTH * HASH_BYTES

/**
 * The roots over 256 leaves each, 32 bytes a root.
 *
 * @param leaves leaf hashes, 32 bytes each, from a multiple of 256 on; those after the last whole 256 are passed over
 */
export type BlockRoots = (leaves: Uint8Array) => Promise<Uint8Array>

/** Computes them. */
export function blockRoots(leaves: Uint8Array): Buffer {
  const blocks = Math.floor(leaves.length / BLOCK_BYTES)
  const roots = Buffer.alloc(blocks * HASH_BYTES)
  for (let block = 0; block < blocks; block++)
    subtreeRoot(leaves.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)).copy(
      roots,
      block * HASH_BYTES,
    )
  return roots
}
