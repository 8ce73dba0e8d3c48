import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, homeName, ORIGIN, privateArea } from './embedded-home.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { commandLine, isAlive } from './process-identity.ts'

/** Long enough for a disk that was taken out to come back. */
const UNUSED_MS = 7 * 24 * 3_600_000

/**
 * Deleting DATA_DIR is how one starts afresh. Where its cluster lies elsewhere, that leaves the old one behind, which
 * nobody can enter any more since its password is gone: it is stopped, should it run, and deleted. So is, after a week
 * without use, the cluster of another checkout that is gone.
 */
export async function removeAbandonedHomes(dataDir: string, current: Home, now: number): Promise<void> {
  if (!current.elsewhere) return
  const area = await privateArea()
  const ours = homeName(dataDir, '')
  for (const name of await readdir(area)) {
    if (!name.startsWith('data-') || name.endsWith(ORIGIN) || name === basename(current.folder)) continue
    const home = join(area, name)
    if (name.startsWith(ours)) await stopIn(join(home, 'data'))
    else if (!(await isForsaken(home, now))) continue
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
    await rm(`${home}${ORIGIN}`, { force: true })
  }
}

async function isForsaken(home: string, now: number): Promise<boolean> {
  const dataDir = await readFile(`${home}${ORIGIN}`, 'utf8').catch(() => undefined)
  if (dataDir === undefined || (await exists(dirname(dataDir)))) return false
  // Every start and every stop changes this folder.
  const used = await stat(join(home, 'data')).then(
    (found) => found.mtimeMs,
    () => 0,
  )
  return now - used > UNUSED_MS && (await readPostmasterFile(join(home, 'data'))) === undefined
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function stopIn(dataFolder: string): Promise<void> {
  const file = await readPostmasterFile(dataFolder)
  if (file === undefined || !commandLine(file.pid)?.includes(`-D ${dataFolder} `)) return
  process.kill(file.pid, 'SIGINT')
  for (let waited = 0; isAlive(file.pid) && waited < 10_000; waited += 50) await sleep(50)
}
