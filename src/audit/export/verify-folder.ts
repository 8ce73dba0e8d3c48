import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { leafHash } from '../leaf.ts'
import { openCheckpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/note-key.ts'
import { decodeBundle } from '../tile/entry-bundle.ts'
import { type Tile, tilePath } from '../tile/tile-path.ts'
import { TILE_HEIGHT, TILE_WIDTH, tileWidth } from '../tile/tile-shape.ts'
import { createCompactRange } from '../tree/compact-range.ts'
import { HASH_BYTES } from '../tree/node-hash.ts'
import type { Finding } from '../verify/finding.ts'
import { createFindingList } from '../verify/finding-list.ts'

export interface FolderTask {
  /** With `checkpoint` and `tile/`. */
  readonly folder: string
  readonly verifier: Verifier
  /** Leaves below this index may be without their records: retention has taken them. */
  readonly prunedBefore: number
  onProgress?(done: number, total: number): void
}

export interface VerifiedFolder {
  readonly origin: string
  readonly size: number
  /** How many were read and hashed. */
  readonly records: number
  /** Undefined: it could not be computed. */
  readonly root: Buffer | undefined
  readonly findings: readonly Finding[]
  readonly findingCount: number
}

/** Verifies an exported origin, or any log of C2SP tlog-tiles in a folder: indexes are leaves of the origin. Uses no database. */
export async function verifyFolder(task: FolderTask): Promise<VerifiedFolder> {
  const { folder, verifier } = task
  const list = createFindingList()
  const note = await readFile(join(folder, 'checkpoint'), 'utf8').catch(() => '')
  const opened = openCheckpoint(note, verifier)
  if (opened.kind === 'refused') {
    list.report({
      kind: 'checkpoint-invalid',
      index: undefined,
      message: 'the checkpoint is not signed by the key',
    })
    return {
      origin: verifier.name,
      size: 0,
      root: undefined,
      records: 0,
      findings: list.kept(),
      findingCount: list.count,
    }
  }
  const { origin, size, root } = opened.checkpoint
  const tree = createCompactRange()
  /** Of each tile level above the leaves: the hashes that are due in its next tile. */
  const due: Buffer[][] = []
  let records = 0
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = tileWidth(0, index, size)
    const first = index * TILE_WIDTH
    const tile = await readTile(folder, { kind: 'hashes', level: 0, index, width })
    const leaves = await bundleLeaves(folder, index, width)
    if (leaves === undefined && first + width > task.prunedBefore)
      list.report({
        kind: 'missing',
        index: first,
        until: first + width,
        message: 'the bundle of these records is gone or damaged',
      })
    if (tile?.length !== width * HASH_BYTES)
      list.report({
        kind: 'tree-changed',
        index: first,
        until: first + width,
        message: 'the tile of these records is gone or damaged',
      })
    const hashes = leaves ?? (tile?.length === width * HASH_BYTES ? splitHashes(tile) : undefined)
    if (hashes === undefined)
      return { origin, size, root: undefined, records, findings: list.kept(), findingCount: list.count }
    hashes.forEach((hash, i) => {
      const stored = tile?.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
      if (stored?.length === HASH_BYTES && !stored.equals(hash))
        list.report({
          kind: 'record-changed',
          index: first + i,
          message: 'the record is not the one whose hash is in the tile',
        })
      tree.append(hash, (level, _, node) => {
        if (level % TILE_HEIGHT !== 0) return
        const row = due[level / TILE_HEIGHT] ?? []
        row.push(node)
        due[level / TILE_HEIGHT] = row
      })
    })
    if (leaves !== undefined) records += width
    await compareDue(folder, due, tree.size, size, (finding) => list.report(finding))
    task.onProgress?.(tree.size, size)
  }
  if (!tree.root().equals(root))
    list.report({
      kind: 'root-differs',
      index: 0,
      until: size,
      message: 'the records are not those of the signed checkpoint',
    })
  return { origin, size, root: tree.root(), records, findings: list.kept(), findingCount: list.count }
}

/** Compares the tiles above the leaves as they become complete, and what is left of them at the end. */
async function compareDue(
  folder: string,
  due: Buffer[][],
  done: number,
  size: number,
  report: (finding: Finding) => void,
): Promise<void> {
  for (const [level, hashes] of due.entries()) {
    if (hashes === undefined || hashes.length === 0 || (hashes.length < TILE_WIDTH && done < size)) continue
    const index = Math.ceil(Math.floor(done / TILE_WIDTH ** level) / TILE_WIDTH) - 1
    const tile = await readTile(folder, { kind: 'hashes', level, index, width: hashes.length })
    const first = index * TILE_WIDTH ** (level + 1)
    if (!tile?.equals(Buffer.concat(hashes)))
      report({
        kind: 'tree-changed',
        index: first,
        until: done,
        message: `the tile of level ${level} over these records is not theirs`,
      })
    hashes.length = 0
  }
}

async function bundleLeaves(
  folder: string,
  index: number,
  width: number,
): Promise<readonly Buffer[] | undefined> {
  const bytes = await readTile(folder, { kind: 'entries', index, width })
  const records = bytes && decodeBundle(bytes)
  return records?.length === width ? records.map(leafHash) : undefined
}

function readTile(folder: string, tile: Tile): Promise<Buffer | undefined> {
  return readFile(join(folder, tilePath(tile))).catch(() => undefined)
}

function splitHashes(bytes: Buffer): readonly Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}
