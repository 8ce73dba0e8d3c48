import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ClientBase } from 'pg'
import { encodeBundle } from '../tile/entry-bundle.ts'
import { type Tile, tilePath } from '../tile/tile-path.ts'
import { TILE_WIDTH, tilesOfSize } from '../tile/tile-shape.ts'
import { openTileStore } from '../tile-store.ts'
import type { StoredOrigin } from '../verify/log-tables.ts'
import { sessionOn } from '../verify/session-on.ts'
import { originFolder } from './origin-folder.ts'

export interface ExportTask {
  readonly client: ClientBase
  readonly origin: StoredOrigin
  /** What is exported: the leaves under this checkpoint. */
  readonly checkpoint: { readonly size: number; readonly note: string }
  readonly folder: string
  /** Told after each tile. */
  onProgress?(records: number, total: number): void
}

export interface ExportedOrigin {
  readonly folder: string
  readonly records: number
  /** Bundles whose records retention has taken; their hashes are in the tiles. */
  readonly prunedBundles: number
}

/**
 * Writes an origin as the static files of C2SP tlog-tiles: `checkpoint`, `key`, `tile/…`. Nothing is checked while it is
 * written; verifying the folder shows whether it is whole.
 */
export async function exportOrigin(task: ExportTask): Promise<ExportedOrigin> {
  const { client, origin, checkpoint } = task
  const store = openTileStore(sessionOn(client), origin)
  const folder = join(task.folder, originFolder(origin.origin))
  const write = async (tile: Tile, bytes: Buffer): Promise<void> => {
    const path = join(folder, tilePath(tile))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'key'), `${origin.verifierKey}\n`)
  let prunedBundles = 0
  let records = 0
  for (const { level, index, width } of tilesOfSize(checkpoint.size)) {
    await write({ kind: 'hashes', level, index, width }, await store.hashes(level, index, width))
    if (level > 0) continue
    const entries = await store.entries(index, width)
    if (entries === undefined) prunedBundles++
    else {
      await write({ kind: 'entries', index, width }, encodeBundle(entries))
      records += width
    }
    task.onProgress?.(index * TILE_WIDTH + width, checkpoint.size)
  }
  // Last: a folder with a checkpoint is whole.
  await writeFile(join(folder, 'checkpoint'), checkpoint.note)
  return { folder, records, prunedBundles }
}
