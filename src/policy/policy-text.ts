import { invariant } from '../invariant.ts'
import type { Policy } from './policy.ts'

/** Version of the policy language: the same SDL under another version may mean something else. */
const LANGUAGE_VERSION = 1

/**
 * The canonical JSON (RFC 8785) of everything that a policy says. Maps are objects, so the order in which things were
 * declared does not show; what is undefined is left out.
 */
export function policyText(policy: Omit<Policy, 'hash' | 'text'>): string {
  return canonical({ language: LANGUAGE_VERSION, ...policy })
}

/** Written without a copy in between: of a large policy, that would take longer than the rest. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value)
    invariant(text !== undefined && (typeof value !== 'number' || Number.isFinite(value)), 'a policy is JSON')
    return text
  }
  if (value instanceof Map) return object([...value])
  if (value instanceof Set) return array([...value].sort())
  if (Array.isArray(value)) return array(value)
  return object(Object.entries(value))
}

function array(items: readonly unknown[]): string {
  return `[${items.map(canonical).join(',')}]`
}

function object(entries: [key: string, item: unknown][]): string {
  const members = entries
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${members.join(',')}}`
}
