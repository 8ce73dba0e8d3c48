/** A small seeded generator (mulberry32), so that a case is the same wherever and whenever it runs. */
export interface Random {
  /** From 0, below `n`. */
  below(n: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** In random order, at most `most`. */
  some<T>(items: readonly T[], most: number): T[]
}

export function randomOf(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[below(items.length)] as T
    },
    some(items, most) {
      const rest = [...items]
      for (let i = rest.length - 1; i > 0; i--) {
        const j = below(i + 1)
        ;[rest[i], rest[j]] = [rest[j] as (typeof rest)[0], rest[i] as (typeof rest)[0]]
      }
      return rest.slice(0, most)
    },
  }
}
