import { hash } from 'node:crypto'
import { type CopiedColumn, differingCopy } from './copies.ts'
import { parseRows } from './copy-format.ts'
import { textMember } from './text-member.ts'

const HASH_HEX_DIGITS = 64

/** What a verification needs to know of some rows: nothing that is stored beside the record is believed. */
export interface ExaminedRows {
  /** In the order in which the rows came; over all origins. */
  readonly indexes: Float64Array<ArrayBuffer>
  /** Of the records as they are stored now, 32 bytes each, in the same order. */
  readonly leafHashes: Uint8Array<ArrayBuffer>
  readonly differing: readonly { readonly index: number; readonly column: CopiedColumn }[]
  /** Hash of each policy that a record names → the first index. */
  readonly policies: ReadonlyMap<string, number>
  /** Records of rotations and prunings, which have a member `action`. */
  readonly actions: readonly { readonly index: number; readonly text: string }[]
}

/** Pure, but for `bytes`, which it writes into. @param bytes whole rows in the binary format of COPY */
export function examineRows(bytes: Buffer): ExaminedRows {
  const indexes: number[] = []
  // As text, which costs half of what a Buffer for each would.
  const hashes: string[] = []
  const differing: { index: number; column: CopiedColumn }[] = []
  const policies = new Map<string, number>()
  const actions: { index: number; text: string }[] = []
  for (const row of parseRows(bytes)) {
    indexes.push(row.index)
    hashes.push(hash('sha256', row.leaf, 'binary'))
    const column = differingCopy(row)
    if (column !== undefined) differing.push({ index: row.index, column })
    const policy = policyOf(row.record)
    if (policy !== undefined && !policies.has(policy)) policies.set(copied(policy), row.index)
    if (row.record.startsWith('{"action":') && !row.record.startsWith('{"action":{"kind":"erasure"'))
      actions.push({ index: row.index, text: row.leaf.toString('utf8', 1) })
  }
  return {
    indexes: Float64Array.from(indexes),
    leafHashes: bytesOf(hashes.join('')),
    differing,
    policies,
    actions,
  }
}

function policyOf(record: string): string | undefined {
  const from = textMember(record, 'policy":"', 0)
  const hash = record.slice(from, record.indexOf('"', from))
  // A pruning names the policy of the log's retention in a member of the same name.
  return hash.length === HASH_HEX_DIGITS ? hash : undefined
}

/** In memory of their own, so that a thread can give them away. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  Buffer.from(bytes.buffer).write(text, 'binary')
  return bytes
}

/** Not a part of a longer text, which it would keep. */
function copied(text: string): string {
  return Buffer.from(text, 'binary').toString('latin1')
}
