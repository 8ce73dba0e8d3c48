import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface FoundOrigin {
  readonly folder: string
  /** First line of its checkpoint. */
  readonly name: string
  /** What its file `key` says; empty: there is none. */
  readonly key: string
}

/** The origins in a folder that `exportOrigin` wrote to, or the one whose own folder it is. Only a checkpoint makes one. */
export async function exportedOrigins(folder: string): Promise<readonly FoundOrigin[]> {
  const names = await readdir(folder).catch(() => [])
  const found: FoundOrigin[] = []
  for (const path of [folder, ...names.sort().map((name) => join(folder, name))]) {
    const note = await readFile(join(path, 'checkpoint'), 'utf8').catch(() => undefined)
    if (note === undefined) continue
    const key = await readFile(join(path, 'key'), 'utf8').catch(() => '')
    found.push({ folder: path, name: note.slice(0, note.indexOf('\n')), key: key.trim() })
  }
  return found
}
