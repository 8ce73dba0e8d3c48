import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Installs the packages of a peer into its folder, exactly as its lock file says, unless they are there. They are no dependencies
 * of the project: who only runs it should not have to fetch them.
 *
 * @throws Error with what npm said
 */
export async function install(folder: string): Promise<void> {
  const lock = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex')
  const stamp = join(folder, 'node_modules', '.installed-for')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return
  console.error(`bench: installing the packages of ${folder}`)
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
  await writeFile(stamp, lock)
}
