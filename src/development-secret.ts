import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFirst } from './first-file.ts'

const FILE = 'secret'

/**
 * The secret of a gateway that was given none, under `dataDir`: made at the first call (mode 600), the same ever after,
 * also when several processes ask at once.
 */
export async function developmentSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, FILE)
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing !== undefined && existing.length >= 32) return existing
  await makeFirst(file, randomBytes(32).toString('base64url'))
  return await readFile(file, 'utf8')
}
