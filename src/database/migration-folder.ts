import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Migration {
  /** Name of its folder; the names' order is the order of application. */
  readonly name: string
  readonly script: string
  /** Lowercase hex SHA-256 of the script, as Prisma computes it. */
  readonly checksum: string
}

/** A folder in Prisma's format, `NAME/migration.sql`, sorted by name. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: checksumOf(script) }
    }),
  )
}

/** True also where only the line endings differ: a checkout may rewrite them. */
export function isChecksumOf(script: string, checksum: string): boolean {
  const unix = script.replaceAll('\r\n', '\n')
  return [script, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === checksum)
}

function checksumOf(script: string): string {
  return createHash('sha256').update(script).digest('hex')
}
