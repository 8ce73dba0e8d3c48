import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Gives a file a new content, and makes its folder. A crash leaves the old content or the new one, whole, and at most a stray
 * file that nobody reads.
 */
export async function replaceFile(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  const own = join(folder, `.${randomUUID()}`)
  try {
    await writeNew(own, content, mode)
    await rename(own, file)
  } catch (error) {
    await rm(own, { force: true })
    throw error
  }
  const directory = await open(folder, 'r')
  await directory.sync().finally(() => directory.close())
}

async function writeNew(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
