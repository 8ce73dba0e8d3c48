import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MODULE = new URL('../../src/cli/memory-at-rest.ts', import.meta.url)

interface Seen {
  /** MB of the heap: after something like a start, once that is given back, after a load, soon after it, and long after. */
  readonly started: number
  readonly given: number
  readonly loaded: number
  readonly soon: number
  readonly later: number
}

/** In a process of its own, whose heap nobody else fills. Looks every 200 ms, and takes 2 for the start and 10 for a load. */
const PROGRAM = `
import { setTimeout as pause } from 'node:timers/promises'
import { giveBackMemoryAtRest } from ${JSON.stringify(MODULE.href)}

const megabytes = () => process.memoryUsage().heapTotal / 2 ** 20
const given = async () => {
  for (let left = 100; left > 0 && megabytes() > 100; left--) await pause(200)
  return megabytes()
}
/** 200 MB that nobody needs afterwards. */
const fill = () => Array.from({ length: 200 }, () => Array.from({ length: 2 ** 17 }, () => 1.5)).length
fill()
const seen = { started: megabytes() }
const end = giveBackMemoryAtRest({ lookEveryMs: 200, afterStart: 2, afterLoad: 10 })
seen.given = await given()
fill()
seen.loaded = megabytes()
await pause(600)
seen.soon = megabytes()
seen.later = await given()
end()
console.log(JSON.stringify(seen))`

test('the memory that a start took is given back soon, that of a load when nothing has come for a while', async () => {
  const args = ['--heap-growing-percent=400', '--import', 'tsx', '--input-type=module', '--eval', PROGRAM]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { started, given, loaded, soon, later } = JSON.parse(stdout) as Seen
  expect(started).toBeGreaterThan(150)
  expect(given).toBeLessThan(60)
  expect(loaded).toBeGreaterThan(150)
  expect(soon).toBe(loaded)
  expect(later).toBeLessThan(60)
})
