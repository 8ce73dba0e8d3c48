import type { Pool } from 'pg'
import { leafHash } from './leaf.ts'
import type { Session } from './session.ts'
import { TILE_HEIGHT, TILE_WIDTH } from './tile/tile-shape.ts'
import { HASH_BYTES } from './tree/node-hash.ts'

/** Where statements can be sent: a session, or any connection of the pool. */
export type Queryable = Pick<Session, 'query'> | Pick<Pool, 'query'>

/** One origin's place in the order of all records. */
export interface OriginPlace {
  readonly number: number
  /** Index of the record that is its leaf 0. */
  readonly firstIndex: number
}

/** The tree of one origin as it is stored. Nothing is checked here: whoever reads must hash. */
export interface TileStore {
  /** The first `width` hashes of a tile. Rejects where there are fewer. */
  hashes(level: number, index: number, width: number): Promise<Buffer>
  /** The first `width` records below a tile of level 0; undefined where retention has taken them or they are not there. */
  entries(index: number, width: number): Promise<readonly Buffer[] | undefined>
}

export function openTileStore(database: Queryable, origin: OriginPlace): TileStore {
  // `pg` has overloads that a union of a pool and a session cannot be called through.
  const query = database.query.bind(database) as Session['query']

  async function entries(index: number, width: number): Promise<readonly Buffer[] | undefined> {
    const first = origin.firstIndex + index * TILE_WIDTH
    const { rows } = await query<{ record: Buffer }>({
      name: 'audit_entries',
      text: 'SELECT record FROM gateway.access_record WHERE index >= $1 AND index < $2 ORDER BY index',
      values: [first, first + width],
    })
    return rows.length === width ? rows.map(({ record }) => record) : undefined
  }

  async function leaves(index: number, width: number): Promise<Buffer> {
    const { rows } = await query<{ leaves: Buffer }>({
      name: 'audit_leaves',
      text: 'SELECT leaves FROM gateway.tree_node WHERE origin = $1 AND level = 8 AND index = $2',
      values: [origin.number, index],
    })
    const kept = rows[0]?.leaves
    if (kept) return kept.subarray(0, width * HASH_BYTES)
    // The block is not complete yet.
    return Buffer.concat(((await entries(index, width)) ?? []).map(leafHash))
  }

  async function nodes(level: number, index: number, width: number): Promise<Buffer> {
    const { rows } = await query<{ hash: Buffer }>({
      name: 'audit_nodes',
      text: `SELECT hash FROM gateway.tree_node
        WHERE origin = $1 AND level = $2 AND index >= $3 AND index < $4 ORDER BY index`,
      values: [origin.number, level * TILE_HEIGHT, index * TILE_WIDTH, index * TILE_WIDTH + width],
    })
    return Buffer.concat(rows.map(({ hash }) => hash))
  }

  return {
    entries,
    async hashes(level, index, width) {
      const found = await (level === 0 ? leaves(index, width) : nodes(level, index, width))
      if (found.length !== width * HASH_BYTES) throw new Error('a tile does not have its hashes')
      return found
    },
  }
}
