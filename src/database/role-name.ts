import { createHash } from 'node:crypto'

/** PostgreSQL cuts longer names off in silence (NAMEDATALEN), and then two databases could share a role. */
const MAX_BYTES = 63

/** Roles belong to the whole server, so the name says which database a role is for. */
export function roleName(kind: 'reader' | 'auditor', database: string): string {
  const name = `gateway_${kind}_${database}`
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const suffix = `_${createHash('sha256').update(database).digest('hex').slice(0, 16)}`
  let kept = name
  while (Buffer.byteLength(kept + suffix) > MAX_BYTES) kept = [...kept].slice(0, -1).join('')
  return kept + suffix
}
