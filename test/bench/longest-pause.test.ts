import { expect, test } from 'vitest'
import { longestPause } from '../../bench/scale/stalls/longest-pause.ts'

const WRITTEN = '100 9.5\n200 1.5\n300 4.25\n400 8\n'

test('the longest pause of a time, and of no other', () => {
  expect(longestPause(WRITTEN, 100, 300)).toBe(4.25)
})

test('nothing was written in that time', () => {
  expect(longestPause(WRITTEN, 400, 500)).toBeNaN()
})
