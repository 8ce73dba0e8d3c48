import { createHash, hkdfSync, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { developmentSecret } from '../development-secret.ts'
import { keptBytesOf, policyOfKept } from '../policy/kept-policy.ts'
import type { Policy } from '../policy/policy.ts'
import type { CliContext } from './command.ts'
import { compileTexts, type PolicyTexts, readPolicyTexts } from './load-policy.ts'
import { soundOf } from './sound-policy.ts'

const FILE = 'compiled-policy'

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
  config: Pick<Config, 'dataDir' | 'secret'>,
  program: string | undefined,
): Promise<Policy> {
  const texts = await readPolicyTexts(context)
  if (program === undefined) return soundOf(await compileTexts(texts), context).policy
  const file = join(config.dataDir, FILE)
  const madeOf = madeOfAll(program, texts)
  const kept = await readKept(file, madeOf, config)
  if (kept) return kept
  const { policy } = soundOf(await compileTexts(texts), context)
  await keep(file, policy, madeOf, config).catch(() => undefined)
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

async function readKept(
  file: string,
  madeOf: string,
  config: Pick<Config, 'dataDir' | 'secret'>,
): Promise<Policy | undefined> {
  try {
    return policyOfKept(await readFile(file), madeOf, await keyOf(config))
  } catch {
    return undefined
  }
}

/** A crash leaves the old file or the new one, whole, and at most a stray one that nobody reads. */
async function keep(
  file: string,
  policy: Policy,
  madeOf: string,
  config: Pick<Config, 'dataDir' | 'secret'>,
): Promise<void> {
  const bytes = keptBytesOf(policy, madeOf, await keyOf(config))
  const own = `${file}.${randomUUID()}`
  try {
    await mkdir(config.dataDir, { recursive: true })
    await writeFile(own, bytes, { mode: 0o600, flag: 'wx' })
    await rename(own, file)
  } catch (error) {
    await rm(own, { force: true })
    throw error
  }
}

async function keyOf({ dataDir, secret }: Pick<Config, 'dataDir' | 'secret'>): Promise<Uint8Array> {
  const known = secret ?? (await developmentSecret(dataDir))
  return Buffer.from(hkdfSync('sha256', known, '', 'purpose-gateway compiled policy', 32))
}
