import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/database/embedded.ts'
import { fillDemo } from '../../src/database/fill-demo.ts'
import { tokensOf } from '../gateway.ts'
import { spawnGateway } from './gateway-process.ts'
import { CLERK } from './kill-gateways.ts'
import { startLoad } from './load.ts'
import { readyAgain } from './ready-again.ts'
import { watchLog } from './watched-log.ts'

export interface FillDisksOptions {
  readonly disks: number
  report?(line: string): void
}

export interface DiskFigures {
  readonly disks: number
  readonly answers: number
  /** Answers without data while the disk was full. */
  readonly denied: number
  readonly records: number
  readonly slowestReadyMs: number
}

const DISK = '384m'
/** Small, so that the log needs new space soon and not only after a gigabyte. */
const SETTINGS = { max_wal_size: '48MB', min_wal_size: '32MB', wal_recycle: 'off' }
const CONCURRENCY = 32
const FULL_MS = 1_500
const SWITCH_EVERY_MS = 10_000
const DENIALS: ReadonlySet<string> = new Set(['503 DATABASE_UNAVAILABLE', '503 AUDIT_UNAVAILABLE'])

/**
 * Fills the disk of the database server under load until answers are refused, frees it, and looks that the gateway recovers
 * by itself. The disk is a small tmpfs, which takes root to mount.
 * @returns undefined where it cannot be mounted
 * @throws what was promised and not kept
 */
export async function fillDisks({ disks, report }: FillDisksOptions): Promise<DiskFigures | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'purpose-gateway-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0755`, 'tmpfs', folder], {
      stdio: 'ignore',
    })
  } catch {
    await rm(folder, { recursive: true })
    return undefined
  }
  try {
    return await onDisk(folder, disks, report)
  } finally {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
    await rm(folder, { recursive: true })
  }
}

async function onDisk(
  folder: string,
  disks: number,
  report: FillDisksOptions['report'],
): Promise<DiskFigures> {
  const clusterDir = join(folder, 'cluster')
  await mkdir(clusterDir)
  const server = await startEmbeddedPostgres({
    dataDir: clusterDir,
    log: () => {},
    ephemeral: true,
    settings: SETTINGS,
  })
  let down = false
  server.onExit(() => {
    down = true
  })
  await server.ensureDatabase('demo')
  const url = server.url('demo')
  await fillDemo(url, 60, () => undefined)
  const dataDir = await mkdtemp(join(tmpdir(), 'purpose-gateway-crash-'))
  const gateway = spawnGateway({ env: { DATABASE_URL: url, DATA_DIR: dataDir, AUDIT_DEADLINE_MS: '2000' } })
  const log = watchLog(url)
  const sum = { disks: 0, answers: 0, denied: 0, slowestReadyMs: 0 }
  try {
    const endpoint = await gateway.ready()
    const token = await tokensOf(dataDir)(CLERK)
    for (let disk = 1; disk <= disks; disk++) {
      const name = `disk ${disk}`
      const load = startLoad({ url: endpoint, token, concurrency: CONCURRENCY, name })
      await load.answered(CONCURRENCY)
      const ballast = join(folder, 'ballast')
      const filling = fill(ballast)
      const denied = () => load.outcomes.some(({ kind }) => kind !== 'answered')
      const begun = Date.now()
      for (let last = begun; !denied() && Date.now() - begun < 60_000; await delay(10)) {
        // What is left of the segment of its log would last a slow load for minutes.
        if (Date.now() - last < SWITCH_EVERY_MS) continue
        await switchSegment(url)
        last = Date.now()
      }
      await delay(FULL_MS)
      await filling.stop()
      await rm(ballast)
      if (down) {
        await server.restart()
        down = false
      }
      await letsIn(url)
      const freedAt = performance.now()
      const readyMs = (await readyAgain(endpoint, freedAt)) - freedAt
      await load.answered(CONCURRENCY)
      const outcomes = await load.stop()
      await log.readOn()
      const amiss = outcomes.filter(
        (o) => o.kind === 'broken' || (o.kind === 'denied' && !DENIALS.has(`${o.status} ${o.code}`)),
      )
      const wrong = [...log.objections(outcomes), ...amiss.map((outcome) => JSON.stringify(outcome))]
      if (wrong.length > 0)
        throw new Error(`${name}: ${wrong.length} objections, such as:\n${wrong.slice(0, 5).join('\n')}`)
      const answers = outcomes.filter(({ kind }) => kind === 'answered').length
      if (answers === outcomes.length)
        throw new Error(`${name}: the full disk stopped nothing, which proves nothing`)
      sum.disks++
      sum.answers += answers
      sum.denied += outcomes.length - answers
      sum.slowestReadyMs = Math.max(sum.slowestReadyMs, readyMs)
      report?.(
        `${name}: ${answers} answers, ${outcomes.length - answers} denied, ready after ${Math.round(readyMs)} ms`,
      )
    }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${gateway.output()}`, { cause: error })
  } finally {
    await gateway.kill('SIGKILL')
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...sum, records: log.size }
}

/** Takes every byte of the disk, also those that become free while it does so, until it is stopped and has let go of the file. */
function fill(path: string): { stop(): Promise<void> } {
  let filling = true
  const block = Buffer.alloc(64 * 1024, 1)
  const filled = (async () => {
    const handle = await open(path, 'w')
    while (filling) await handle.write(block).catch(() => delay(2))
    await handle.close()
  })()
  return {
    stop() {
      filling = false
      return filled
    },
  }
}

/** The server needs space for its log at once; without any it goes down, as it would later. */
async function switchSegment(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_switch_wal()')
  } catch {
    // Without space it cannot.
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function letsIn(url: string): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await delay(20)) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    const inside = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => undefined)
    if (inside) return
  }
  throw new Error('the server did not come back when its disk had room')
}
