import { hash } from 'node:crypto'

/**
 * Base64url (43 characters, RFC 4648 section 5, no padding) of SHA-256(salt ‖ subject key in UTF-8). The salt is 32
 * random bytes that belong to this one subject; without it the commitment says nothing about the key.
 */
export function commitment(salt: Uint8Array, key: string): string {
  // One call: a hash object would cost more than the hash.
  return hash('sha256', Buffer.concat([salt, Buffer.from(key, 'utf8')]), 'base64url')
}
