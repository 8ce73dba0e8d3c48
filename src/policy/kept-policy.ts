import { createHmac, timingSafeEqual } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { frozen } from './frozen.ts'
import type { Policy } from './policy.ts'

const TAG_BYTES = 32

/**
 * A compiled policy as bytes, so that it need not be compiled again where nothing has changed.
 *
 * @param madeOf stands for all that the policy follows from: texts, compiler, version of Node
 * @param key 32 bytes. Who has it can make a policy say anything
 * @returns HMAC-SHA256 of the rest under `madeOf`, then the policy as V8 writes it
 */
export function keptBytesOf(policy: Policy, madeOf: string, key: Uint8Array): Buffer {
  const content = serialize(policy)
  return Buffer.concat([tagOf(content, madeOf, key), content])
}

/** The policy that `keptBytesOf` was given with the same key and the same `madeOf`; of any other bytes, undefined. */
export function policyOfKept(bytes: Buffer, madeOf: string, key: Uint8Array): Policy | undefined {
  if (bytes.length <= TAG_BYTES) return undefined
  const content = bytes.subarray(TAG_BYTES)
  if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(content, madeOf, key))) return undefined
  return frozen(deserialize(content) as Policy)
}

function tagOf(content: Uint8Array, madeOf: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${madeOf.length} ${madeOf}`).update(content).digest()
}
