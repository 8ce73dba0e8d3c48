import { canonical } from './same-values.ts'

/** Groups in an order of their own: which comes first is nobody's promise. */
export function sortedGroups(value: unknown): unknown {
  const texts = (value as readonly unknown[]).map((group) => JSON.stringify(canonical(group)))
  return texts.sort().map((text) => JSON.parse(text) as unknown)
}
