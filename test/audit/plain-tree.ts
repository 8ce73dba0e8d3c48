import { createHash } from 'node:crypto'
import type pg from 'pg'

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** RFC 6962 section 2.1, leaf hash. */
export const plainLeaf = (record: Uint8Array): Buffer => sha256(Buffer.of(0), record)

/** RFC 6962 section 2.1, Merkle Tree Hash, as its text says it: slow, recursive, and not the code under test. */
export function plainRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return only
  let left = 1
  while (left * 2 < leaves.length) left *= 2
  return sha256(Buffer.of(1), plainRoot(leaves.slice(0, left)), plainRoot(leaves.slice(left)))
}

/** The root that a stored frontier stands for. */
function rootOfFrontier(frontier: Buffer): Buffer {
  const roots: Buffer[] = []
  for (let at = 0; at < frontier.length; at += 32) roots.push(frontier.subarray(at, at + 32))
  return roots.reduceRight((right, left) => sha256(Buffer.of(1), left, right))
}

/** What is wrong about the stored tree of the current origin, in words; read by the owner, re-hashed from the records. */
export async function treeObjections(owner: pg.Pool | pg.Client): Promise<readonly string[]> {
  const { rows: heads } = await owner.query(
    'SELECT size::int, first_index::int AS first, origin, frontier FROM gateway.log_head',
  )
  const { size, first, origin, frontier } = heads[0]
  const records = await owner.query(
    'SELECT record FROM gateway.access_record WHERE index >= $1 ORDER BY index',
    [first],
  )
  const leaves = records.rows.map(({ record }) => plainLeaf(record))
  const wrong: string[] = []
  if (leaves.length !== size - first) wrong.push(`${leaves.length} records, the head says ${size - first}`)
  if (leaves.length > 0 && !rootOfFrontier(frontier).equals(plainRoot(leaves))) wrong.push('the frontier')
  const nodes = await owner.query(
    'SELECT level, index::int, hash, leaves FROM gateway.tree_node WHERE origin = $1 ORDER BY level, index',
    [origin],
  )
  const expected: string[] = []
  for (let level = 8; 1 << level <= leaves.length; level += 8)
    for (let index = 0; (index + 1) << level <= leaves.length; index++) expected.push(`${level}/${index}`)
  const found = nodes.rows.map(({ level, index }) => `${level}/${index}`)
  if (found.join() !== expected.join()) wrong.push(`nodes ${found.join()}, not ${expected.join()}`)
  for (const { level, index, hash, leaves: below } of nodes.rows) {
    const own = leaves.slice(index << level, (index + 1) << level)
    if (!plainRoot(own).equals(hash)) wrong.push(`the hash of ${level}/${index}`)
    if (level === 8 && !Buffer.concat(own).equals(below)) wrong.push(`the leaves of ${level}/${index}`)
  }
  return wrong
}
