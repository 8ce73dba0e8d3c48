import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFirst } from '../../first-file.ts'
import { newSigner, parseSigner, type Signer } from '../note/note-key.ts'

export interface CheckpointKeysOptions {
  /** Signer keys, separated by white space or commas. */
  readonly key: string | undefined
  /** Absolute path of a file with the same. */
  readonly keyFile: string | undefined
  /** Where a key is made, where none is configured. */
  readonly dataDir: string
}

const FILE = 'checkpoint-key'

/**
 * The keys that checkpoints are signed with: the first signs, the others are former ones, with which an origin that is still
 * open can be closed. Where none is configured one is made, at the first call (mode 600), the same ever after, also when
 * several processes ask at once.
 *
 * @throws Error whose message is for the operator
 */
export async function openCheckpointKeys(
  options: CheckpointKeysOptions,
): Promise<readonly [Signer, ...Signer[]]> {
  if (options.key !== undefined) return signersIn(options.key, '`CHECKPOINT_KEY`')
  if (options.keyFile !== undefined) {
    const text = await readFile(options.keyFile, 'utf8').catch(() => {
      throw new Error('the file that `CHECKPOINT_KEY_FILE` names cannot be read')
    })
    return signersIn(text, 'the file that `CHECKPOINT_KEY_FILE` names')
  }
  const file = join(options.dataDir, FILE)
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  return signersIn(existing ?? (await makeKey(file)), `\`${FILE}\` in \`DATA_DIR\``)
}

function signersIn(text: string, where: string): readonly [Signer, ...Signer[]] {
  const [first, ...others] = text
    .split(/[\s,]+/)
    .filter((key) => key !== '')
    .map((key) => {
      const signer = parseSigner(key)
      if (!signer) throw new Error(`${where} holds what is no key: write \`PRIVATE+KEY+NAME+ID+KEY\``)
      return signer
    })
  if (!first) throw new Error(`${where} holds no key`)
  return [first, ...others]
}

/** Its name is the origin of the log, which must be unlike any other. */
async function makeKey(file: string): Promise<string> {
  const signer = newSigner(`purpose-gateway.local/${randomBytes(4).toString('hex')}`)
  await makeFirst(file, `${signer.encoded()}\n`)
  return readFile(file, 'utf8')
}
