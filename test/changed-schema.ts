import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/package-root.ts'

/** A copy of a schema folder that a test may change. */
export interface ChangedSchema {
  readonly folder: string
  /** Replaces a text in one of its files, which must be there. */
  change(file: string, from: string, to: string): Promise<void>
  remove(): Promise<void>
}

/** @param from the demo's own unless given */
export async function changedSchema(from = join(PACKAGE_ROOT, 'schema')): Promise<ChangedSchema> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-'))
  await cp(from, folder, { recursive: true })
  return {
    folder,
    async change(file, from, to) {
      const path = join(folder, file)
      const text = await readFile(path, 'utf8')
      if (!text.includes(from)) throw new Error(`\`${file}\` does not hold \`${from}\``)
      await writeFile(path, text.replace(from, to))
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
