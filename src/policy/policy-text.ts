import canonicalizeModule from 'canonicalize'
import { invariant } from '../invariant.ts'
import type { Policy } from './policy.ts'

/** The package is CommonJS and its types say otherwise: what is imported is the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined

/** Version of the policy language: the same SDL under another version may mean something else. */
const LANGUAGE_VERSION = 1

/**
 * The canonical JSON (RFC 8785) of everything that a policy says. Maps are objects, so the order in which things were
 * declared does not show; what is undefined is left out.
 */
export function policyText(policy: Omit<Policy, 'hash' | 'text'>): string {
  const text = canonicalize(plain({ language: LANGUAGE_VERSION, ...policy }))
  invariant(text !== undefined, 'a policy is JSON')
  return text
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map) return object(value)
  if (value instanceof Set) return [...value].map(plain).sort()
  if (Array.isArray(value)) return value.map(plain)
  return object(Object.entries(value))
}

function object(entries: Iterable<[string, unknown]>): object {
  return Object.fromEntries(
    [...entries].flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item)]])),
  )
}
