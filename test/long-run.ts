import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../src/database/embedded.ts'

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
  const { values: flags } = parseArgs({
    options: {
      cases: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (flags.help) {
    console.log('options: [--cases N, 20000 by default] [--seed S, random by default] [--only CASE]')
    return
  }
  const seed = Number(flags.seed)
  const dataDir = await mkdtemp(join(tmpdir(), `purpose-gateway-${name}-`))
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ephemeral: true })
  try {
    console.error(`seed ${seed}`)
    await server.ensureDatabase(name)
    const only = flags.only === undefined ? undefined : Number(flags.only)
    const { sound } = await run({ url: server.url(name), dataDir, cases: Number(flags.cases), seed, only })
    if (!sound) process.exitCode = 1
  } finally {
    await server.stop()
  }
}
