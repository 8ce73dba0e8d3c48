import { hash } from 'node:crypto'
import { HASH_BYTES } from '../tree/node-hash.ts'
import { type CopiedColumn, differingCopy } from './copies.ts'
import { parseRows } from './copy-format.ts'

/** What a verification needs to know of some rows: nothing that is stored beside the record is believed. */
export interface ExaminedRows {
  /** In the order in which the rows came; over all origins. */
  readonly indexes: readonly number[]
  /** Of the records as they are stored now, 32 bytes each, in the same order. */
  readonly leafHashes: Buffer
  readonly differing: readonly { readonly index: number; readonly column: CopiedColumn }[]
  /** Hash of each policy that a record names → the first index. */
  readonly policies: ReadonlyMap<string, number>
  /** Records of rotations and prunings, which have a member `action`. */
  readonly actions: readonly { readonly index: number; readonly text: string }[]
}

/** Pure, but for `bytes`, which it writes into. @param bytes whole rows in the binary format of COPY */
export function examineRows(bytes: Buffer): ExaminedRows {
  const indexes: number[] = []
  const hashes: Buffer[] = []
  const differing: { index: number; column: CopiedColumn }[] = []
  const policies = new Map<string, number>()
  const actions: { index: number; text: string }[] = []
  for (const row of parseRows(bytes)) {
    indexes.push(row.index)
    hashes.push(hash('sha256', row.leaf, 'buffer'))
    const text = row.leaf.toString('latin1', 1)
    const column = differingCopy(row, text)
    if (column !== undefined) differing.push({ index: row.index, column })
    const policy = policyOf(text)
    if (policy !== undefined && !policies.has(policy)) policies.set(policy, row.index)
    if (text.startsWith('{"action":') && !text.startsWith('{"action":{"kind":"erasure"'))
      actions.push({ index: row.index, text: row.leaf.toString('utf8', 1) })
  }
  return {
    indexes,
    leafHashes: Buffer.concat(hashes, hashes.length * HASH_BYTES),
    differing,
    policies,
    actions,
  }
}

const POLICY = '"policy":"'

function policyOf(text: string): string | undefined {
  const start = text.indexOf(POLICY)
  if (start === -1) return undefined
  const from = start + POLICY.length
  const hash = text.slice(from, text.indexOf('"', from))
  // A pruning names the policy of the log's retention in a member of the same name.
  return hash.length === 64 ? hash : undefined
}
