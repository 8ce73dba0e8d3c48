import { randomUUID } from 'node:crypto'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a file that only we may read (mode 600), and its folder, unless the file is there already. Any number of processes may
 * do it at the same time: each writes a whole file of its own and gives it the name with `link`, which only the first can.
 * After a crash there is the whole file or none, and at most a stray one that nobody reads.
 */
export async function makeFirst(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const own = `${file}.${randomUUID()}`
  const handle = await open(own, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close()
    await unlink(own)
  }
}
