import type { Receipt } from '../audit/access.ts'
import { AnswerText, addToBody, bodyOf } from './answer.ts'

/**
 * Adds `extensions.receipt` to an answer whose access is on record: origin, index and leaf hash of its record, of the first
 * one where it took several, with their number. The record's digest is of the body without it, since no body can hold a hash
 * that depends on its own: `,"extensions":{"receipt":{…}}` taken out of the body gives back the text that was digested.
 */
export function addReceipt(
  result: { data?: unknown; extensions?: Record<string, unknown> },
  receipts: readonly Receipt[],
): void {
  const [first] = receipts
  if (!first) return
  const receipt = {
    origin: first.origin,
    index: Number(first.index),
    leafHash: first.leafHash,
    ...(receipts.length > 1 && { records: receipts.length }),
  }
  const { data } = result
  if (data instanceof AnswerText)
    addToBody(data, bodyOf(result), `"extensions":${JSON.stringify({ receipt })}`)
  else result.extensions = { ...result.extensions, receipt }
}
