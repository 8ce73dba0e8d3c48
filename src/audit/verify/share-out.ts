import type { LeafRange, ReadLeaves } from './read-leaves.ts'

export type LeafReader = (range: LeafRange) => Promise<ReadLeaves>

/** Shares ranges out among readers: each gets the next one when it is free. */
export function shareOut() {
  const waiting: { range: LeafRange; resolve(read: ReadLeaves): void; reject(error: unknown): void }[] = []
  const idle: LeafReader[] = []

  async function work(reader: LeafReader): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        next.resolve(await reader(next.range))
      } catch (error) {
        next.reject(error)
      }
    }
    idle.push(reader)
  }

  return {
    join(reader: LeafReader): void {
      void work(reader)
    },
    read: ((range) =>
      new Promise<ReadLeaves>((resolve, reject) => {
        waiting.push({ range, resolve, reject })
        const reader = idle.pop()
        if (reader !== undefined) void work(reader)
      })) satisfies LeafReader,
  }
}
