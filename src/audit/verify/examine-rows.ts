import { hash } from 'node:crypto'
import { type AgreedCopies, agreedCopies, type CopiedColumn, differingCopy, repeats } from './copies.ts'
import { parseRows } from './copy-format.ts'
import { type StoredRow, textOf } from './stored-row.ts'
import { textMember } from './text-member.ts'

const HASH_HEX_DIGITS = 64

/** What a verification needs to know of some rows: nothing that is stored beside the record is believed. */
export interface ExaminedRows {
  /** In the order in which the rows came; over all origins. */
  readonly indexes: readonly number[]
  /** Of the records as they are stored now, 32 bytes each, in the same order. */
  readonly leafHashes: Uint8Array
  readonly differing: readonly { readonly index: number; readonly column: CopiedColumn }[]
  /** Hash of each policy that a record names → the first index. */
  readonly policies: ReadonlyMap<string, number>
  /** Records of rotations and prunings, which have a member `action`. */
  readonly actions: readonly { readonly index: number; readonly text: string }[]
}

/** Pure, but for `bytes`, which it writes into. @param bytes as `parseRows` takes them */
export function examineRows(bytes: Buffer): ExaminedRows {
  const indexes: number[] = []
  // As text, which costs half of what a Buffer for each would.
  const hashes: string[] = []
  const differing: { index: number; column: CopiedColumn }[] = []
  const policies = new Map<string, number>()
  const actions: { index: number; text: string }[] = []
  /** Of a row before, whose copies agree. */
  let usual: AgreedCopies | undefined
  parseRows(bytes, (row) => {
    const { record, text, index } = row
    indexes.push(index)
    hashes.push(hash('sha256', bytes.subarray(record.start - 1, record.end), 'binary'))
    const outcomeAt = outcomeOf(row)
    if (usual !== undefined && repeats(row, outcomeAt, usual)) return
    const copies = agreedCopies(row, outcomeAt)
    const column = copies === undefined ? differingCopy(row) : undefined
    if (column !== undefined) differing.push({ index, column })
    const named = policyAt(row, Math.max(outcomeAt, record.start))
    if (named !== -1) {
      const policy = bytes.toString('latin1', named, named + HASH_HEX_DIGITS)
      if (!policies.has(policy)) policies.set(policy, index)
    }
    // What is repeated must hold all that is looked for here; a record of an action begins with it, and so has no usual time.
    const within = copies !== undefined && named > outcomeAt && named < outcomeAt + copies.members.length
    usual = within ? copies : undefined
    if (
      text.startsWith('{"action":', record.start) &&
      !text.startsWith('{"action":{"kind":"erasure"', record.start)
    )
      actions.push({ index, text: textOf(row, record) ?? '' })
  })
  return {
    indexes,
    leafHashes: Buffer.from(hashes.join(''), 'binary'),
    differing,
    policies,
    actions,
  }
}

const USUAL = '},"outcome":"'

/** Where the outcome stands, see `textMember`. Nearly always an object is before it, and few other members come after one. */
function outcomeOf(row: StoredRow): number {
  const { text, record } = row
  const at = text.indexOf(USUAL, record.start)
  return at !== -1 && at + USUAL.length <= record.end
    ? at + USUAL.length
    : textMember(row, 'outcome":"', record.start)
}

/** The hash of a policy that the record names; a pruning names the policy of the log's retention in a member of the same name. */
function policyAt(row: StoredRow, from: number): number {
  const at = textMember(row, 'policy":"', from)
  return row.text.indexOf('"', at) === at + HASH_HEX_DIGITS ? at : -1
}
