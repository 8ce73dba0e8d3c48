import type { Receipt } from '../audit/access.ts'
import type { JsonText } from '../read/read-root.ts'
import { withMembers } from './answer.ts'

/**
 * A body with `extensions.receipt` of the access that is on record: origin, index and leaf hash (hex) of its record, of the
 * first one where it took several, with their number. The record's digest is of the body without it, since no body can hold a hash
 * that depends on its own: `,"extensions":{"receipt":{…}}` taken out of the body gives back the text that was digested.
 */
export function withReceipt(body: JsonText, receipts: readonly Receipt[]): JsonText {
  const [first] = receipts
  if (!first) return body
  const receipt = {
    origin: first.origin,
    index: Number(first.index),
    leafHash: first.leafHash.toString('hex'),
    ...(receipts.length > 1 && { records: receipts.length }),
  }
  return withMembers(body, `"extensions":${JSON.stringify({ receipt })}`)
}
