import { expect, test } from 'vitest'
import { giveBytes, takeBytes } from '../src/reused-bytes.ts'

const memoryOf = (bytes: Buffer) => bytes.buffer

test('memory that was given back is taken again, by one holder only', () => {
  const first = takeBytes(20_000)
  const memory = memoryOf(first)
  giveBytes(first)
  giveBytes(first)
  const [second, third] = [takeBytes(30_000), takeBytes(30_000)]
  expect(memoryOf(second)).toBe(memory)
  expect(memoryOf(third)).not.toBe(memory)
  expect([second.length, third.length]).toEqual([30_000, 30_000])
})

test('what is still held is given to nobody', () => {
  const held = Array.from({ length: 20 }, () => takeBytes(17_000))
  expect(new Set(held.map(memoryOf)).size).toBe(20)
})

test('a part of it gives the whole back; what came from elsewhere is left alone', () => {
  const whole = takeBytes(100_000)
  giveBytes(whole.subarray(5, 10))
  expect(memoryOf(takeBytes(100_000))).toBe(memoryOf(whole))
  const foreign = Buffer.alloc(100_000)
  giveBytes(foreign)
  expect(memoryOf(takeBytes(100_000))).not.toBe(memoryOf(foreign))
})

test('it keeps at most 32 MB, and nothing of more than 8 MB', () => {
  const large = takeBytes(9_000_000)
  giveBytes(large)
  expect(memoryOf(takeBytes(9_000_000))).not.toBe(memoryOf(large))
  const held = Array.from({ length: 6 }, () => takeBytes(8_000_000))
  const known = new Set(held.map(memoryOf))
  for (const bytes of held) giveBytes(bytes)
  const again = Array.from({ length: 6 }, () => takeBytes(8_000_000)).filter((bytes) =>
    known.has(memoryOf(bytes)),
  )
  expect(again.length).toBeGreaterThan(0)
  expect(again.length).toBeLessThanOrEqual(4)
})
