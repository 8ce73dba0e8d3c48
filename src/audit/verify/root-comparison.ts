import type { Checkpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/note-key.ts'
import type { CompactRange } from '../tree/compact-range.ts'
import { checkpointProblem } from './checkpoint-check.ts'
import type { FindingList } from './finding-list.ts'
import type { StoredCheckpoint, StoredOrigin } from './log-tables.ts'

/** What was signed of an origin, and by whom. */
export interface RootClaims {
  readonly origin: StoredOrigin
  /** Undefined: its key is not trusted. */
  readonly verifier: Verifier | undefined
  /** Signed checkpoints of this origin that were kept outside. */
  readonly witnessed: readonly Checkpoint[]
  /** Where a checkpoint last confirmed the root. */
  readonly confirmed: number
  readonly list: FindingList
}

/** Compares the root with the signed checkpoints as the tree comes to their sizes. */
export function createRootComparison(claims: RootClaims) {
  const { origin, verifier, witnessed, list } = claims
  let due: { readonly size: number; readonly root: Buffer; readonly outside: boolean }[] = []
  let confirmed = claims.confirmed
  /** Confirmed by one that was kept outside: who forks a log may sign the stored ones anew. */
  let outside = claims.confirmed
  let differs = false
  return {
    confirmed: () => confirmed,
    /** Size of the next checkpoint. */
    next: () => due[0]?.size ?? Number.POSITIVE_INFINITY,
    /** @param stored those of the database, from `after` at the latest */
    expect(after: number, to: number, stored: readonly StoredCheckpoint[]): void {
      due = witnessed
        .filter(({ size }) => size > after && size <= to)
        .map((checkpoint) => ({ ...checkpoint, outside: true }))
      for (const checkpoint of stored) {
        if (checkpoint.size <= after) continue
        const problem = checkpointProblem(checkpoint, origin.origin, verifier)
        if (problem === undefined) due.push({ ...checkpoint, outside: false })
        else list.report(problem)
      }
      due.sort((a, b) => a.size - b.size)
    },
    compare(tree: CompactRange): void {
      for (let next = due[0]; next !== undefined && next.size <= tree.size; next = due[0]) {
        due.shift()
        if (next.size < tree.size) continue
        if (tree.root().equals(next.root)) {
          if (!differs) confirmed = next.size
          if (!differs && next.outside) outside = next.size
        } else if (!differs) {
          // All later roots differ as well.
          differs = true
          const from = next.outside ? outside : confirmed
          const [index, until] = [origin.firstIndex + from, origin.firstIndex + next.size]
          list.report({
            kind: 'root-differs',
            index: Math.min(index, until),
            until,
            message: `the records are not those of the signed checkpoint of size ${next.size}`,
          })
        }
      }
    },
  }
}
