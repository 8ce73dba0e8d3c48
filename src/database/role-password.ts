import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

/** The same for every gateway that has the secret, so nobody has to store or pass it on: 256 bits, base64url. */
export function rolePassword(secret: string, role: string): string {
  return createHmac('sha256', secret).update(`database role password\0${role}`).digest('base64url')
}

const ITERATIONS = 4096

/**
 * What PostgreSQL keeps instead of the password (RFC 5803, SCRAM-SHA-256). `CREATE ROLE … PASSWORD` takes it as it is, so
 * the password itself is never in a statement, a server log or a message to an administrator. Nobody can log in with it,
 * and a password of 256 random bits cannot be guessed from it.
 */
export function roleVerifier(secret: string, role: string): string {
  const salt = createHmac('sha256', secret).update(`database role salt\0${role}`).digest().subarray(0, 16)
  const salted = pbkdf2Sync(rolePassword(secret, role), salt, ITERATIONS, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
