import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { randomOf } from './random.ts'
import { randomPolicy } from './random-policy.ts'

/** Which cases are asked under which policy. */
export interface Share {
  readonly policy: string
  readonly cases: readonly number[]
  /** The folder with its SDL. */
  schemaDir(): Promise<string>
  /** @param failed keeps the folder of a random policy for whoever looks for the fault, and tells where it is */
  leave(failed: boolean): Promise<void>
}

const DEMO_DIR = join(PACKAGE_ROOT, 'schema')
/** Cases come in blocks, an even number each, since every second case is a variation of the one before it. */
const BLOCK = 100
/** Of every so many blocks, the last has a random policy of its own, the same for the same seed and block. */
const RANDOM_EVERY = 4

/** The cases by their policy: those of the demo first. */
export function sharesOf(numbers: readonly number[], seed: number): readonly Share[] {
  const blocks = new Map<number, number[]>()
  for (const number of numbers) {
    const block = Math.floor(number / BLOCK)
    const random = block % RANDOM_EVERY === RANDOM_EVERY - 1
    const share = random ? block : -1
    blocks.set(share, [...(blocks.get(share) ?? []), number])
  }
  return [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([block, cases]) => (block < 0 ? demoShare(cases) : randomShare(block, cases, seed)))
}

function demoShare(cases: readonly number[]): Share {
  return { policy: 'the demo policy', cases, schemaDir: async () => DEMO_DIR, leave: async () => {} }
}

function randomShare(block: number, cases: readonly number[], seed: number): Share {
  const policy = `random policy ${block}`
  let folder: string | undefined
  return {
    policy,
    cases,
    async schemaDir() {
      const random = randomOf(Math.imul(seed, 0x2c1b3c6d) ^ Math.imul(block + 1, 0x297a2d39))
      const files = (await readdir(DEMO_DIR)).sort()
      const sources = await Promise.all(files.map((file) => readFile(join(DEMO_DIR, file), 'utf8')))
      folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-policy-'))
      await writeFile(join(folder, 'policy.graphql'), randomPolicy(random, sources))
      return folder
    },
    async leave(failed) {
      if (failed) console.error(`${policy} of seed ${seed} is in ${folder}`)
      else if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
