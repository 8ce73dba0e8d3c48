import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseVerifier, type Verifier } from '../audit/note/note-key.ts'
import { ExpectedFailure } from '../expected-failure.ts'

/**
 * Trusted verifier keys (`name+id+base64`), each given as itself or as a file with one on each line.
 *
 * @throws ExpectedFailure
 */
export async function readKeys(given: readonly string[]): Promise<readonly Verifier[]> {
  const keys: Verifier[] = []
  for (const one of given) {
    const own = parseVerifier(one)
    const text = own
      ? one
      : await readText(one, 'the key is neither a verifier key nor a file that can be read')
    for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
      const key = parseVerifier(line.trim())
      if (key === undefined) throw new ExpectedFailure(`not a verifier key of Ed25519: a line of ${one}`)
      keys.push(key)
    }
  }
  return keys
}

/**
 * Signed checkpoints that were kept outside: files, or folders with a file `checkpoint` in them or one level below.
 *
 * @throws ExpectedFailure
 */
export async function readCheckpoints(given: readonly string[]): Promise<readonly string[]> {
  const notes: string[] = []
  for (const path of given) {
    const names = await readdir(path).catch(() => undefined)
    if (names === undefined) notes.push(await readText(path, 'the checkpoint cannot be read'))
    else
      for (const name of ['checkpoint', ...names.map((folder) => join(folder, 'checkpoint'))]) {
        const note = await readFile(join(path, name), 'utf8').catch(() => undefined)
        if (note !== undefined) notes.push(note)
      }
  }
  return notes
}

async function readText(path: string, problem: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new ExpectedFailure(`${problem}: ${path}`)
  })
}
