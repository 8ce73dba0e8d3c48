import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'secret'

/**
 * The secret of a gateway that was given none, under `dataDir`: made at the first call (mode 600), the same ever after,
 * also when several processes ask at once, because only the first can give its file the name.
 */
export async function developmentSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, FILE)
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing !== undefined && existing.length >= 32) return existing
  await mkdir(dataDir, { recursive: true })
  const own = `${file}.${randomUUID()}`
  await writeFile(own, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    await link(own, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(own)
  }
  return await readFile(file, 'utf8')
}
