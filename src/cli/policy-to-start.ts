import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { derivedKey } from '../derived-key.ts'
import { developmentSecret } from '../development-secret.ts'
import { keptBytesOf, policyOfKept } from '../policy/kept-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { replaceFile } from '../replace-file.ts'
import type { CliContext } from './command.ts'
import { compileTexts, type PolicyTexts, readPolicyTexts } from './load-policy.ts'
import { soundOf } from './sound-policy.ts'

/** In `DATA_DIR`. */
export const KEPT_POLICY = 'compiled-policy'

/** Of the configuration: where things are kept, and the secret. */
type Keeping = Pick<Config, 'dataDir' | 'secret'>

/**
 * The policy to start with. What an earlier start has compiled from the same texts with the same program is kept in `DATA_DIR`,
 * under a key that follows from the gateway's secret; whatever else lies there is as good as nothing. A folder that cannot be
 * written keeps nobody from starting.
 *
 * @param program stands for the program that compiles; undefined: nothing is kept
 * @throws ExpectedFailure with exit code 1 where the policy is refused, with 2 where there is nothing to read
 */
export async function policyToStart(
  context: Pick<CliContext, 'env' | 'cwd' | 'err' | 'colour'>,
  config: Keeping,
  program: string | undefined,
): Promise<Policy> {
  const texts = await readPolicyTexts(context)
  if (program === undefined) return soundOf(await compileTexts(texts), context).policy
  const file = join(config.dataDir, KEPT_POLICY)
  const madeOf = madeOfAll(program, texts)
  const kept = await readKept(file, madeOf, config)
  if (kept) return kept
  const { policy } = soundOf(await compileTexts(texts), context)
  await keyOf(config)
    .then((key) => replaceFile(file, keptBytesOf(policy, madeOf, key), 0o600))
    .catch(() => undefined)
  return policy
}

/** Stands for this program: what the set-up left beside the bundle; undefined where it runs from its sources. */
export async function builtFrom(): Promise<string | undefined> {
  return readFile(join(import.meta.dirname, '.stamp'), 'utf8').catch(() => undefined)
}

/** With the versions of Node and its parts: what a time zone is, the compiler asks Node. */
function madeOfAll(program: string, texts: PolicyTexts): string {
  return createHash('sha256')
    .update(JSON.stringify([program, process.versions, texts]))
    .digest('hex')
}

async function readKept(file: string, madeOf: string, config: Keeping): Promise<Policy | undefined> {
  try {
    return policyOfKept(await readFile(file), madeOf, await keyOf(config))
  } catch {
    return undefined
  }
}

async function keyOf({ dataDir, secret }: Keeping): Promise<Uint8Array> {
  const known = secret ?? (await developmentSecret(dataDir))
  return derivedKey(known, 'compiled policy')
}
