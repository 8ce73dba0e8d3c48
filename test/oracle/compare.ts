import { CursorOf, type CursorPlace } from './truth.ts'

/**
 * The first difference between an expected answer and the one that came, order of keys included; undefined where there is
 * none. Cursors are told to `onCursor`, since only the gateway can make them.
 */
export function differenceOf(
  expected: unknown,
  actual: unknown,
  onCursor: (cursor: string, place: CursorPlace) => void,
  path = 'data',
): string | undefined {
  if (expected instanceof CursorOf) {
    if (typeof actual !== 'string' || actual === '') return `${path}: a cursor was expected`
    onCursor(actual, expected.place)
    return undefined
  }
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return Object.is(expected, actual)
      ? undefined
      : `${path}: ${show(expected)} expected, ${show(actual)} served`
  if (Array.isArray(expected) !== Array.isArray(actual)) return `${path}: list or object`
  const keys = Object.keys(expected)
  const others = Object.keys(actual)
  if (keys.join() !== others.join()) return `${path}: keys ${keys.join()} expected, ${others.join()} served`
  for (const key of keys) {
    const difference = differenceOf(valueAt(expected, key), valueAt(actual, key), onCursor, `${path}.${key}`)
    if (difference !== undefined) return difference
  }
  return undefined
}

/** `__proto__` may be a key of an answer. */
function valueAt(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value
}

function show(value: unknown): string {
  const plain = (_: string, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)
  return (JSON.stringify(value, plain) ?? 'nothing').slice(0, 200)
}
