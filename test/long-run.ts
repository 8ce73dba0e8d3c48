import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/database/embedded.ts'
import { wholeNumbers } from './whole-numbers.ts'

export interface LongRun {
  /** Of an empty database on a server of its own. */
  readonly url: string
  /** Where the server keeps its files. */
  readonly dataDir: string
  readonly cases: number
  readonly seed: number
  /** Undefined: all. */
  readonly only: number | undefined
}

/** The long run of a test that makes cases up, from the command line: `--cases N --seed S --only CASE`. */
export async function longRun(
  name: string,
  run: (run: LongRun) => Promise<{ sound: boolean }>,
): Promise<void> {
  const { cases, seed, only } = wholeNumbers({
    cases: { least: 1, unless: 20_000 },
    seed: { least: 0, unless: 'random' },
    only: { least: 0 },
  })
  const dataDir = await mkdtemp(join(tmpdir(), `purpose-gateway-${name}-`))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true })
  try {
    console.error(`seed ${seed}`)
    await server.ensureDatabase(name)
    const { sound } = await run({ url: server.url(name), dataDir, cases, seed, only })
    if (!sound) process.exitCode = 1
  } finally {
    await server.stop()
  }
}
