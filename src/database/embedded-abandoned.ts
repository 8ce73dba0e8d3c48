import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Home, homeName, privateArea } from './embedded-home.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { commandLine, isAlive } from './process-identity.ts'

/**
 * Deleting DATA_DIR is how one starts afresh. Where its cluster lies elsewhere, that leaves the old one behind, which
 * nobody can enter any more since its password is gone: it is stopped, should it run, and deleted.
 */
export async function removeAbandonedHomes(dataDir: string, current: Home): Promise<void> {
  if (!current.elsewhere) return
  const area = await privateArea()
  const prefix = homeName(dataDir, '')
  for (const name of await readdir(area)) {
    if (!name.startsWith(prefix) || name === basename(current.folder)) continue
    await stopIn(join(area, name, 'data'))
    await rm(join(area, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

async function stopIn(dataFolder: string): Promise<void> {
  const file = await readPostmasterFile(dataFolder)
  if (file === undefined || !commandLine(file.pid)?.includes(`-D ${dataFolder} `)) return
  process.kill(file.pid, 'SIGINT')
  for (let waited = 0; isAlive(file.pid) && waited < 10_000; waited += 50) await sleep(50)
}
