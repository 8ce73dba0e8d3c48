/**
 * An answer without what differs between peers that mean the same: `{ nodes: […] }` is its list, a number is its text, a
 * decimal is its value (`"12.50"` and `"12.5"`), whatever zeros the type carries, and a time is its moment.
 */
export function canonical(value: unknown): unknown {
  if (typeof value === 'number') return decimal(String(value))
  if (typeof value === 'string') return TIME.test(value) ? new Date(value).toISOString() : decimal(value)
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  if ('nodes' in value) return canonical(value.nodes)
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, canonical(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

function decimal(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}

/** Leaves of an answer: what there is to serve, and a guard against comparing nothing with nothing. */
export function countLeaves(value: unknown): number {
  if (typeof value !== 'object') return 1
  return value === null ? 0 : Object.values(value).reduce<number>((sum, inner) => sum + countLeaves(inner), 0)
}
