import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MODULE = new URL('../../src/cli/memory-at-rest.ts', import.meta.url)

/** The heap in MB, and how often V8 was told to give back what it can. */
interface Seen {
  readonly megabytes: number
  readonly told: number
}

/** In a process of its own, whose heap nobody else fills. Looks every 500 ms, and takes 2 for the start and 10 for a load. */
const PROGRAM = `
import { Session } from 'node:inspector/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { giveBackMemoryAtRest } from ${JSON.stringify(MODULE.href)}

/** Until V8 is told, so that it collects nothing by itself. */
let held
let told = 0
const { post } = Session.prototype
Session.prototype.post = function (...args) {
  told++
  held = undefined
  return post.apply(this, args)
}
const seen = () => ({ megabytes: process.memoryUsage().heapTotal / 2 ** 20, told })
const toldOnceMore = async (before = told) => {
  for (let left = 400; left > 0 && (told === before || seen().megabytes > 60); left--) await pause(200)
  return seen()
}
/** Holds 200 MB, which the frame of a module that waits would hold as well. */
const fill = () => {
  held = Array.from({ length: 200 }, () => Array.from({ length: 2 ** 17 }, () => 1.5))
}

fill()
const started = seen()
const end = giveBackMemoryAtRest({ lookEveryMs: 500, afterStart: 2, afterLoad: 10 })
const given = await toldOnceMore()
fill()
await pause(2_500)
const soon = seen()
const later = await toldOnceMore()
end()
console.log(JSON.stringify({ started, given, soon, later }))`

// However busy the machine is with other tests.
const TIMEOUT_MS = 240_000

test('the memory that a start took is given back soon, that of a load when nothing has come for a while', {
  timeout: TIMEOUT_MS,
}, async () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { started, given, soon, later } = JSON.parse(stdout) as Record<string, Seen>
  expect(started?.megabytes).toBeGreaterThan(150)
  expect(given?.told).toBe(1)
  expect(given?.megabytes).toBeLessThan(60)
  expect(soon?.told).toBe(1)
  expect(later?.told).toBe(2)
  expect(later?.megabytes).toBeLessThan(60)
})
