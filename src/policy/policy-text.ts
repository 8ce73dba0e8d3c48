import { canonicalJson, type Json } from '../canonical-json.ts'
import type { Policy } from './policy.ts'

/** Version of the policy language: the same SDL under another version may mean something else. */
const LANGUAGE_VERSION = 1

/**
 * The canonical JSON (RFC 8785) of everything that a policy says. Maps are objects, so the order in which things were
 * declared does not show; what is undefined is left out.
 */
export function policyText(policy: Omit<Policy, 'hash' | 'text'>): string {
  return canonicalJson(plain({ language: LANGUAGE_VERSION, ...policy }))
}

function plain(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return value as Json
  if (value instanceof Map) return object([...value])
  if (value instanceof Set) return [...value].map(plain).sort()
  if (Array.isArray(value)) return value.map(plain)
  return object(Object.entries(value))
}

/** In canonical order: that makes the JSON cheap, not right. */
function object(entries: [key: string, item: unknown][]): Json {
  const members: Record<string, Json> = {}
  for (const [key, item] of entries.sort(([a], [b]) => (a < b ? -1 : 1)))
    if (item !== undefined) members[key] = plain(item)
  return members
}
