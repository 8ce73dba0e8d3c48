import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** No step takes longer; a lock that is older belongs to a process whose number was given to another one. */
const LONGEST_MS = 15 * 60_000

/** Runs `work` while no other process does; a process that died in it does not hold the others up. */
export async function underLock(folder, say, work) {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, '.setup.lock')
  let told = false
  while (!take(path)) {
    const holder = holderOf(path)
    if (holder === undefined) continue
    if (!told) say(`waiting for the set-up of process ${holder} …`)
    told = true
    await sleep(100)
  }
  const release = () => rmSync(path, { force: true })
  process.once('exit', release)
  try {
    await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** Who holds the lock; undefined when nobody does any more, in which case what was left of it is gone. */
function holderOf(path) {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs
    const pid = Number(readFileSync(path, 'utf8'))
    // Empty: the other process has made the file and not written it yet.
    if (ageMs < LONGEST_MS && (pid === 0 ? ageMs < 5_000 : runs(pid))) return pid
    rmSync(path, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  return undefined
}

function runs(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
