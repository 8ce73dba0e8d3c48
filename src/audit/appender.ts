import type { Batch } from './batch.ts'
import { type Appended, extendHead, type Head, insertBatch, type Place, placeOf } from './insert-batch.ts'
import type { Session } from './session.ts'
import { TILE_WIDTH } from './tile/tile-shape.ts'
import { createCompactRange } from './tree/compact-range.ts'

export interface Appender {
  /** As `insertBatch`: durable when it resolves; after a rejection the batch is in the log wholly or not at all. */
  append(session: Session, batch: Batch): Promise<Place>
}

/**
 * Folds batches into the tree by itself as long as nobody else appends: it knows the head from its last batch, and the
 * server has only to see that it still is the head. With other gateways at work, the server folds.
 */
export function createAppender(): Appender {
  /** Undefined: unknown, or somebody else appends too. */
  let head: Head | undefined
  /** Where our last batch ended. */
  let end = -1

  function remember({ from, head: made }: Appended): void {
    head = from === end && made.origin !== undefined ? made : undefined
    end = made.size
  }

  return {
    async append(session, batch) {
      const known = head
      // Whatever goes wrong, what follows is asked from the server.
      head = undefined
      if (known !== undefined) {
        const next = foldedInto(known, batch)
        if (next !== undefined && (await extendHead(session, known, batch, next.frontier))) {
          const appended = { from: known.size, head: next }
          remember(appended)
          return placeOf(appended)
        }
      }
      const appended = await insertBatch(session, batch)
      remember(appended)
      return placeOf(appended)
    },
  }
}

/** The head after the batch; undefined where a node over a whole tile becomes complete, which must be kept (`tree_node`). */
function foldedInto(head: Head, { records }: Batch): Head | undefined {
  const leaves = head.size - head.firstIndex
  if ((leaves % TILE_WIDTH) + records.length >= TILE_WIDTH) return undefined
  const range = createCompactRange(leaves, head.frontier)
  for (const { leafHash } of records) range.append(leafHash)
  return { ...head, size: head.size + records.length, frontier: range.frontier() }
}
