import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../replace-file.ts'
import { openCheckpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/note-key.ts'
import { LogAltered } from './log-altered.ts'

/**
 * A copy of each origin's newest checkpoint outside the database's trust: `FOLDER/ORIGIN/checkpoint`, where slashes and
 * the like in the origin are written `_`. It is replaced whole, and never by an older one.
 */
export interface CheckpointFolder {
  /** @throws LogAltered where the folder has a larger checkpoint than the log, or another one of the same size */
  push(note: string, verifier: Verifier): Promise<void>
  /** The size that the log must have at least; 0 where there is no copy. @throws LogAltered */
  leastSize(verifier: Verifier): Promise<number>
}

export function openCheckpointFolder(folder: string): CheckpointFolder {
  const placeOf = ({ name }: Verifier) => join(folder, name.replace(/[^\w.-]/g, '_'))

  async function known(verifier: Verifier) {
    const note = await readFile(join(placeOf(verifier), 'checkpoint'), 'utf8').catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      },
    )
    if (note === undefined) return undefined
    const opened = openCheckpoint(note, verifier)
    if (opened.kind === 'refused')
      throw new LogAltered('the checkpoint in `CHECKPOINT_DIR` was not signed by the key of its origin')
    return opened.checkpoint
  }

  return {
    leastSize: async (verifier) => (await known(verifier))?.size ?? 0,
    async push(note, verifier) {
      const before = await known(verifier)
      const opened = openCheckpoint(note, verifier)
      if (opened.kind === 'refused') throw new LogAltered('a checkpoint that is not signed was to be pushed')
      const { size, root } = opened.checkpoint
      if (before && before.size > size)
        throw new LogAltered(`the log was signed at size ${before.size} before ${size}`)
      if (before?.size === size && !before.root.equals(root))
        throw new LogAltered(`the log was signed twice at size ${size}, and differently`)
      await replaceFile(join(placeOf(verifier), 'checkpoint'), note, 0o644)
    },
  }
}
