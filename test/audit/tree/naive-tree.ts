import { createHash } from 'node:crypto'

/** RFC 6962 section 2.1 as it stands there, recursive and over whole lists: the oracle of the tests, with nothing of `src/`. */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) return sha256(Buffer.of(0), only)
  const k = split(leaves.length)
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH(m, D[n]), section 2.1.1. */
export function naivePath(m: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  const left = leaves.slice(0, k)
  const right = leaves.slice(k)
  return m < k ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - k, right), naiveRoot(left)]
}

/** PROOF(m, D[n]), section 2.1.2, for 0 < m. */
export function naiveProof(m: number, leaves: readonly Buffer[]): readonly Buffer[] {
  return subproof(m, leaves, true)
}

function subproof(m: number, leaves: readonly Buffer[], complete: boolean): readonly Buffer[] {
  if (m === leaves.length) return complete ? [] : [naiveRoot(leaves)]
  const k = split(leaves.length)
  const left = leaves.slice(0, k)
  const right = leaves.slice(k)
  return m <= k
    ? [...subproof(m, left, complete), naiveRoot(right)]
    : [...subproof(m - k, right, false), naiveRoot(left)]
}

function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}
