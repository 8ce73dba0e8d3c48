import { hkdfSync } from 'node:crypto'

/**
 * A key for one use, which follows from the gateway's secret (HKDF-SHA256, RFC 5869), so that gateways that share the one share the other.
 *
 * @returns 32 bytes
 */
export function derivedKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `purpose-gateway ${use}`, 32))
}
