/**
 * A copy that nothing can change: objects and arrays frozen, maps and sets without their writing methods. Only for plain
 * data; the type stays what it was because everything in it is declared `readonly`.
 */
export function frozen<T>(value: T): T {
  return copy(value) as T
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map) return new FrozenMap(value)
  if (value instanceof Set) return new FrozenSet(value)
  if (Array.isArray(value)) return Object.freeze(value.map(copy))
  // Spread, so that objects of one shape stay objects of one shape to V8.
  const copied: Record<string, unknown> = { ...value }
  for (const key in copied) copied[key] = copy(copied[key])
  return Object.freeze(copied)
}

/** `Object.freeze` does not reach the entries of a map. */
class FrozenMap<K, V> extends Map<K, V> {
  constructor(entries: Iterable<readonly [K, V]>) {
    super()
    for (const [key, value] of entries) super.set(key, copy(value) as V)
    Object.freeze(this)
  }

  override set(): never {
    throw new TypeError('the policy is frozen')
  }

  override delete(): never {
    throw new TypeError('the policy is frozen')
  }

  override clear(): never {
    throw new TypeError('the policy is frozen')
  }
}

class FrozenSet<T> extends Set<T> {
  constructor(items: Iterable<T>) {
    super()
    for (const item of items) super.add(copy(item) as T)
    Object.freeze(this)
  }

  override add(): never {
    throw new TypeError('the policy is frozen')
  }

  override delete(): never {
    throw new TypeError('the policy is frozen')
  }

  override clear(): never {
    throw new TypeError('the policy is frozen')
  }
}
