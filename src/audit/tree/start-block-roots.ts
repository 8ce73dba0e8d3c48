import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { BlockRoots } from './block-roots.ts'

/** Computes roots on a processor of its own. */
export interface BlockRootsThread {
  /**
   * As `blockRoots`, in order. Leaves in a SharedArrayBuffer are not copied, so they must stay as they are until it resolves.
   * Rejects where the thread is gone.
   */
  readonly rootsOf: BlockRoots
  close(): Promise<void>
}

/** Beside this module in the bundle. */
const PROGRAM = new URL('./block-roots-thread.mjs', import.meta.url)
/** What it needs is little, and V8 would let it have as much as the program. */
const YOUNG_GENERATION_MB = 4

/** Undefined where the program is not bundled: then the caller has no thread and does the work itself. */
export function startBlockRoots(program = PROGRAM): BlockRootsThread | undefined {
  if (!existsSync(fileURLToPath(program))) return undefined
  const thread = new Worker(program, {
    name: 'block roots',
    // Neither the arguments of the command nor what was loaded for it.
    argv: [],
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  const asked: { resolve(roots: Uint8Array): void; reject(error: Error): void }[] = []
  let gone: Error | undefined
  const lose = (error: Error): void => {
    gone ??= error
    for (const { reject } of asked.splice(0)) reject(gone)
  }
  thread.on('message', (roots: Uint8Array) => asked.shift()?.resolve(roots))
  thread.on('error', lose)
  thread.on('exit', () => lose(new Error('the thread that computes the tree is gone')))
  return {
    rootsOf: (leaves) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone)
        asked.push({ resolve, reject })
        thread.postMessage(leaves)
      }),
    async close() {
      await thread.terminate()
    },
  }
}
