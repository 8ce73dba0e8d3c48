const SMALLEST = 1_000

/** Numbers of customers, each ten times the one before it, up to `largest`. */
export function sizesUpTo(largest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = SMALLEST; size <= largest; size *= 10) sizes.push(size)
  return sizes
}
