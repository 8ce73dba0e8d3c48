import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { fromBase64 } from './base64.ts'

/** The public half of a key of C2SP signed-note: who may have signed, and whether this is its signature. */
export interface Verifier {
  readonly name: string
  /** 4 bytes: of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). It names the key and proves nothing. */
  readonly keyId: Buffer
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer
  verify(text: Uint8Array, signature: Uint8Array): boolean
}

/** The secret half. */
export interface Signer {
  readonly name: string
  readonly keyId: Buffer
  readonly verifier: Verifier
  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(text: Uint8Array): Buffer
  /** `PRIVATE+KEY+<name>+<key id>+<base64>`. A secret: never logged. */
  encoded(): string
}

/** A new key. @throws RangeError for a name that no note can carry */
export function newSigner(name: string, seed: Uint8Array = randomBytes(SEED_BYTES)): Signer {
  if (!isKeyName(name))
    throw new RangeError('the name of a key is not empty and has no space and no `+` in it')
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(SPKI_PREFIX.length)
  const verifier = createVerifier(name, publicKey)
  return {
    name,
    keyId: verifier.keyId,
    verifier,
    sign: (text) => sign(null, text, privateKey),
    encoded: () => `${SECRET}${name}+${verifier.keyId.toString('hex')}+${encodedKey(seed)}`,
  }
}

/** Undefined: not a signer key of Ed25519, or its key id is not its own. */
export function parseSigner(text: string): Signer | undefined {
  if (!text.startsWith(SECRET)) return undefined
  const parts = parseKey(text.slice(SECRET.length))
  if (parts === undefined) return undefined
  const signer = newSigner(parts.name, parts.key)
  return signer.keyId.equals(parts.keyId) ? signer : undefined
}

/** `<name>+<key id in hex>+<base64 of 0x01 ‖ public key>`: the form in which verifiers are given a key (C2SP signed-note). */
export function formatVerifier({ name, keyId, publicKey }: Verifier): string {
  return `${name}+${keyId.toString('hex')}+${encodedKey(publicKey)}`
}

/** Undefined: not a verifier key of Ed25519, or its key id is not its own. */
export function parseVerifier(text: string): Verifier | undefined {
  const parts = parseKey(text)
  if (parts === undefined) return undefined
  const verifier = createVerifier(parts.name, parts.key)
  return verifier.keyId.equals(parts.keyId) ? verifier : undefined
}

/** Neither empty, nor with a Unicode space, a control character or `+`. */
export function isKeyName(name: string): boolean {
  return /^[^\s\p{White_Space}\p{Cc}\p{Cs}+]+$/u.test(name)
}

const SECRET = 'PRIVATE+KEY+'
/** Ed25519 in C2SP signed-note. */
const ALGORITHM = 0x01
const SEED_BYTES = 32
/** RFC 8410: what stands before the 32 bytes of a key in DER. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

function createVerifier(name: string, publicKey: Buffer): Verifier {
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  })
  const keyId = createHash('sha256')
    .update(`${name}\n`, 'utf8')
    .update(Buffer.of(ALGORITHM))
    .update(publicKey)
    .digest()
    .subarray(0, 4)
  return { name, keyId, publicKey, verify: (text, signature) => verify(null, text, key, signature) }
}

function encodedKey(key: Uint8Array): string {
  return Buffer.concat([Buffer.of(ALGORITHM), key]).toString('base64')
}

function parseKey(text: string): { name: string; keyId: Buffer; key: Buffer } | undefined {
  // Base64 may hold a `+`, a name may not.
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) return undefined
  const bytes = fromBase64(encoded)
  if (bytes?.length !== 1 + SEED_BYTES || bytes[0] !== ALGORITHM) return undefined
  return { name, keyId: Buffer.from(id, 'hex'), key: bytes.subarray(1) }
}
