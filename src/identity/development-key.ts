import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { makeFirst } from '../first-file.ts'

/** The key pair of the development issuer: ES256, `kid` is its thumbprint (RFC 7638). */
export interface DevelopmentKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

export type DevelopmentKeyResult =
  | { readonly kind: 'key'; readonly key: DevelopmentKey }
  /** One lowercase sentence, without a path. */
  | { readonly kind: 'unusable'; readonly message: string }

const FILE = 'development-issuer.json'

/**
 * The development issuer's key under `dataDir`, made at the first call (mode 600). Any number of processes may call at
 * the same time and all get the same key.
 */
export async function openDevelopmentKey(dataDir: string): Promise<DevelopmentKeyResult> {
  const file = join(dataDir, FILE)
  try {
    const existing = await readKey(file)
    if (existing !== undefined) return { kind: 'key', key: existing }
    await makeKey(file)
    const made = await readKey(file)
    return made ? { kind: 'key', key: made } : unusable('it was removed just now')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code
    return unusable(
      typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : 'delete it to have a new one made',
    )
  }
}

/** Undefined: there is no such file. Throws on a file that cannot be read or is not such a key. */
async function readKey(file: string): Promise<DevelopmentKey | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const privateJwk = JSON.parse(text) as JWK
  await importJWK(privateJwk, 'ES256')
  const { kty, crv, x, y } = privateJwk
  if (kty !== 'EC' || crv !== 'P-256' || !x || !y || !privateJwk.d) throw new Error('not a private key')
  const kid = await calculateJwkThumbprint({ kty, crv, x, y })
  return { kid, privateJwk, publicJwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } }
}

async function makeKey(file: string): Promise<void> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  await makeFirst(file, JSON.stringify(await exportJWK(privateKey)))
}

function unusable(reason: string): DevelopmentKeyResult {
  return {
    kind: 'unusable',
    message: `the development issuer's key, \`${FILE}\` in \`DATA_DIR\`, is not usable: ${reason}`,
  }
}
