import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { leafHash } from '../../../src/audit/leaf.ts'
import { blockRoots } from '../../../src/audit/tree/block-roots.ts'
import { type BlockRootsThread, startBlockRoots } from '../../../src/audit/tree/start-block-roots.ts'
import { PACKAGE_ROOT } from '../../../src/package-root.ts'
import { naiveRoot } from './naive-tree.ts'

const PROGRAM = pathToFileURL(join(PACKAGE_ROOT, 'src/generated/program/block-roots-thread.mjs'))
const threads: BlockRootsThread[] = []
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close()
})

function start(): BlockRootsThread {
  const thread = startBlockRoots(PROGRAM)
  if (thread === undefined) throw new Error('the program is not bundled')
  threads.push(thread)
  return thread
}

it.each([0, 1, 255, 256, 257, 700, 1_024])('the roots over each whole 256 of %i leaves', (size) => {
  const records = Array.from({ length: size }, (_, i) => Buffer.from(`record ${i}`))
  const blocks = Array.from({ length: Math.floor(size / 256) }, (_, i) =>
    naiveRoot(records.slice(i * 256, (i + 1) * 256)),
  )
  expect(blockRoots(Buffer.concat(records.map(leafHash)))).toEqual(Buffer.concat(blocks))
})

it('a thread answers the same, in order, from memory that is shared', async () => {
  const { rootsOf } = start()
  const pages = [512, 256, 1_024, 0, 300].map((size) => {
    const leaves = Buffer.from(new SharedArrayBuffer(size * 32))
    randomBytes(size * 32).copy(leaves)
    return leaves
  })
  const roots = await Promise.all(pages.map(rootsOf))
  expect(roots.map((root) => Buffer.from(root))).toEqual(pages.map(blockRoots))
})

it('a thread that is gone answers nothing, and whoever waits is told', async () => {
  const thread = start()
  const waiting = thread.rootsOf(Buffer.from(new SharedArrayBuffer(4_096 * 32)))
  await Promise.all([expect(waiting).rejects.toThrow('is gone'), thread.close()])
  await expect(thread.rootsOf(Buffer.alloc(0))).rejects.toThrow('is gone')
})

it('without the bundle there is no thread', () => {
  expect(startBlockRoots()).toBeUndefined()
})
