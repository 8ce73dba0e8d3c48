import { expect, test } from 'vitest'
import { sizesUpTo } from '../../bench/scale/growth/sizes.ts'

test.each([
  [10_000, [1_000, 10_000]],
  [999_999, [1_000, 10_000, 100_000]],
  [1_000_000, [1_000, 10_000, 100_000, 1_000_000]],
])('sizes up to %i', (largest, sizes) => {
  expect(sizesUpTo(largest)).toEqual(sizes)
})
