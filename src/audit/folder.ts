import { setTimeout as pause } from 'node:timers/promises'
import type { Access, Receipt } from './access.ts'
import { createFloodGauge, FOLD_EVERY_MS, type Fold, fold, foldingKind } from './folding.ts'
import type { Writer } from './writer.ts'

export interface FolderOptions {
  readonly write: Writer['append']
  readonly deadlineMs: number
  /** Milliseconds since the epoch. */
  now(): number
}

/** A flood that is being folded. */
interface Flood {
  open: Fold | undefined
  /** Resolves or rejects all callers whose refusals are in `open`. */
  receipts: Promise<readonly Receipt[]> | undefined
  flushedAt: number
}

/**
 * Stands before the writer and folds floods of refusals. Each folded caller waits until the record that counts it is
 * durable: a crash loses no refusal that was answered, and the flood is slowed to the pace of the records.
 */
export function createFolder({ write, deadlineMs, now }: FolderOptions) {
  const gauge = createFloodGauge()
  const floods = new Map<string, Flood>()
  const everyMs = Math.min(FOLD_EVERY_MS, deadlineMs / 4)

  function join(kind: string, access: Access): Promise<readonly Receipt[]> {
    const flood = floods.get(kind) ?? {
      open: undefined,
      receipts: undefined,
      flushedAt: Number.NEGATIVE_INFINITY,
    }
    floods.set(kind, flood)
    flood.open = fold(flood.open, access)
    flood.receipts ??= flush(kind, flood)
    return flood.receipts
  }

  /** One record for all that joins until it is written; at once where the last one of this kind is long ago. */
  async function flush(kind: string, flood: Flood): Promise<readonly Receipt[]> {
    const pauseMs = Math.max(0, flood.flushedAt + everyMs - performance.now())
    await (pauseMs > 0 ? pause(pauseMs) : undefined)
    const { open } = flood
    flood.open = undefined
    flood.receipts = undefined
    flood.flushedAt = performance.now()
    setTimeout(() => flood.open ?? floods.delete(kind), everyMs).unref()
    if (!open) return []
    // The first caller has waited for `pauseMs` already.
    return write(open.access, open.folded.count > 1 ? open.folded : undefined, deadlineMs - pauseMs)
  }

  return {
    append(access: Access): Promise<readonly Receipt[]> {
      const kind = foldingKind(access)
      const folds = kind !== undefined && (access.principal === undefined || gauge.flooding(kind, now()))
      return folds ? join(kind, access) : write(access, undefined, deadlineMs)
    },
  }
}
