import { createHmac, randomBytes } from 'node:crypto'
import { serialize } from 'node:v8'
import { beforeAll, expect, test } from 'vitest'
import { loadPolicy } from '../../src/cli/load-policy.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { keptBytesOf, policyOfKept } from '../../src/policy/kept-policy.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { policyText } from '../../src/policy/policy-text.ts'

const KEY = Buffer.alloc(32, 7)
const MADE_OF = 'c0'.repeat(32)

let policy: Policy
let bytes: Buffer
beforeAll(async () => {
  const compiled = await loadPolicy({ env: {}, cwd: PACKAGE_ROOT })
  if (!compiled.policy) throw new Error('the policy of the demo is refused')
  policy = compiled.policy
  bytes = keptBytesOf(policy, MADE_OF, KEY)
})

test('comes back as it was, whole and frozen', () => {
  const kept = policyOfKept(bytes, MADE_OF, KEY)
  if (!kept) throw new Error('it did not come back')
  expect(kept).toStrictEqual(policy)
  const { hash, text, ...content } = kept
  expect(policyText(content)).toBe(text)
  expect(hash).toBe(policy.hash)
  const customer = kept.models.get('Customer')
  expect(Object.isFrozen(customer)).toBe(true)
  for (const map of [kept.purposes, kept.models, customer?.fields])
    expect(() => (map as Map<string, unknown>).set('Purpose', {})).toThrow('the policy is frozen')
  expect(() => (kept.roles as Set<string>).add('ROOT')).toThrow('the policy is frozen')
})

test('does not come back for anything else that it is made of, nor under another key', () => {
  expect(policyOfKept(bytes, 'c1'.repeat(32), KEY)).toBeUndefined()
  expect(policyOfKept(bytes, `${MADE_OF}00`, KEY)).toBeUndefined()
  expect(policyOfKept(bytes, MADE_OF, Buffer.alloc(32, 8))).toBeUndefined()
})

test('is nothing once a bit of it has changed, or a part of it is gone', () => {
  for (let i = 0; i < 2_000; i++) {
    const changed = Buffer.from(bytes)
    const at = i < 64 ? i : randomBytes(4).readUInt32BE() % bytes.length
    changed.writeUInt8((changed[at] ?? 0) ^ (1 << (i % 8)), at)
    expect(policyOfKept(changed, MADE_OF, KEY), `byte ${at}`).toBeUndefined()
  }
  for (const length of [0, 1, 31, 32, 33, bytes.length - 1])
    expect(policyOfKept(bytes.subarray(0, length), MADE_OF, KEY)).toBeUndefined()
})

test('cannot be made by whoever has not the key', () => {
  const widened = serialize({ ...policy, roles: new Set([...policy.roles, 'ROOT']) })
  for (const key of ['', MADE_OF, policy.hash]) {
    const tag = createHmac('sha256', key).update(`${MADE_OF.length} ${MADE_OF}`).update(widened).digest()
    expect(policyOfKept(Buffer.concat([tag, widened]), MADE_OF, KEY)).toBeUndefined()
  }
  expect(policyOfKept(Buffer.concat([bytes.subarray(0, 32), widened]), MADE_OF, KEY)).toBeUndefined()
})
