/** What a verification found wrong. Every finding means that the log cannot be relied on as it stands. */
export interface Finding {
  readonly kind: FindingKind
  /** The record that is wrong or missing, from 0 over all origins; undefined: it is about no record of its own. */
  readonly index: number | undefined
  /** Where the wrong one cannot be told from its neighbours: it is one of `index` up to, not including, this one. */
  readonly until?: number
  /** One lowercase sentence, without any text of a record. */
  readonly message: string
}

export type FindingKind =
  /** A record is gone; an index is there twice; a record lies beyond the head or below what was pruned. */
  | 'missing'
  | 'duplicate'
  | 'out-of-place'
  /** The record is not the one whose leaf hash is in the tree. */
  | 'record-changed'
  /** The record is the one that was hashed; its stored leaf hash is another one. */
  | 'leaf-hash-changed'
  /** A stored node of the tree, or the frontier of the head, is not that of the records. */
  | 'tree-changed'
  /** The head of the log does not fit the records. */
  | 'head-changed'
  /** A signed checkpoint has another root than the records. */
  | 'root-differs'
  /** A checkpoint is not what the key signed, or not the one that its row says. */
  | 'checkpoint-invalid'
  /** The log has less than a checkpoint that was kept outside says. */
  | 'rolled-back'
  /** A key that is not among the trusted ones. */
  | 'key-unknown'
  /** The chain of origins is broken. */
  | 'origin-broken'
  /** Nothing signed covers records that are older than a checkpoint takes. */
  | 'unsigned'
  /** A column to search by says something else than the record. */
  | 'copy-differs'
  /** The text of a policy is missing, or has another hash. */
  | 'policy-changed'
  /** Records are gone by a pruning that is not on record. */
  | 'pruning-unrecorded'

/** By index, what is about no record last; equal ones as they were found. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ index }: Finding): number => index ?? Number.POSITIVE_INFINITY
  return [...findings].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}
