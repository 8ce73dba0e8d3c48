import { LRUCache } from 'lru-cache'
import { canonicalJson } from '../canonical-json.ts'
import type { Access } from './access.ts'
import type { Folded } from './record.ts'

/** Refusals of one kind that get a record each, per second; the rest of that second is folded. */
export const ALONE_PER_SECOND = 20
/** Shortest time between two folded records of one kind. */
export const FOLD_EVERY_MS = 250
const WATCHED_KINDS = 10_000

/** A record in the making: the access that stands for all, and how many it stands for. */
export interface Fold {
  readonly access: Access
  readonly folded: Folded
}

/**
 * Which refusals may share a record: same principal, purpose and set of reasons. Undefined: this access never shares one,
 * because something was released or read. Callers that nobody could verify are all one kind per set of reasons, whatever
 * purpose they name, so that names cannot multiply the kinds.
 */
export function foldingKind({
  outcome,
  principal,
  purpose,
  blocked,
  fields,
  rows,
  subjects,
}: Access): string | undefined {
  const read = subjects.length > 0 || Object.keys(fields).length > 0 || Object.keys(rows).length > 0
  if (outcome !== 'refused' || read) return undefined
  const reasons = [...new Set(Object.values(blocked))].sort()
  return canonicalJson(
    principal
      ? [principal.subject, principal.app, principal.roles, purpose ?? null, reasons]
      : [null, reasons],
  )
}

/** Counts refusals per kind and second; `now` in milliseconds. Forgets the kinds least seen, which then are not folded. */
export function createFloodGauge(): { flooding(kind: string, now: number): boolean } {
  const seen = new LRUCache<string, { second: number; count: number }>({ max: WATCHED_KINDS })
  return {
    flooding(kind, now) {
      const second = Math.floor(now / 1000)
      const last = seen.get(kind)
      const count = last?.second === second ? last.count + 1 : 1
      seen.set(kind, { second, count })
      return count > ALONE_PER_SECOND
    },
  }
}

/** The fold with one more refusal in it. Kept: every blocked coordinate, what is equal in all, and the first one's trace. */
export function fold(into: Fold | undefined, access: Access): Fold {
  if (!into) return { access, folded: { count: 1, first: access.at, last: access.at } }
  const { access: kept, folded } = into
  return {
    access: {
      ...kept,
      purpose: same(kept.purpose, access.purpose),
      basis: same(kept.basis, access.basis),
      justification: same(kept.justification, access.justification),
      breakGlass: same(kept.breakGlass, access.breakGlass),
      operation: {
        name: same(kept.operation.name, access.operation.name),
        hash: same(kept.operation.hash, access.operation.hash),
      },
      blocked: { ...kept.blocked, ...access.blocked },
      policy: access.policy,
      response: same(kept.response, access.response),
    },
    folded: {
      count: folded.count + 1,
      first: Math.min(folded.first, access.at),
      last: Math.max(folded.last, access.at),
    },
  }
}

function same<T>(a: T, b: T): T | undefined {
  return a === b ? a : undefined
}
