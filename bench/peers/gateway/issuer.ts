import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const AUDIENCE = 'purpose-gateway-bench'

/** Who vouches for the bench, since in production the gateway trusts no key of its own making. */
export interface Issuer {
  /** Where its public keys are. */
  readonly jwksUrl: string
  /** A token that holds for a day. */
  tokenFor(roles: readonly string[], purposes: readonly string[]): Promise<string>
}

let running: Promise<Issuer> | undefined

/** One for the whole bench; it does not keep the process from ending. */
export function issuerOfBench(): Promise<Issuer> {
  running ??= startIssuer()
  return running
}

async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const header = { alg: 'ES256', kid: 'bench' }
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...header }] })
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keySet)
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    tokenFor: (roles, purposes) =>
      new SignJWT({ azp: 'bench', roles, scope: purposes.map((purpose) => `purpose:${purpose}`).join(' ') })
        .setProtectedHeader(header)
        .setSubject('bench')
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1d')
        .sign(privateKey),
  }
}
