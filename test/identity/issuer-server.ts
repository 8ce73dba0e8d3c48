import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A real HTTP server that plays a token issuer: its keys, its metadata, and every way of answering badly. */
export async function startIssuer() {
  const requests: string[] = []
  let keys: JWK[] = []
  let metadata: unknown
  let answer: Answer | undefined
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (answer) return answer(request, response)
    response.setHeader('content-type', 'application/json')
    if (request.url === '/jwks') return response.end(JSON.stringify({ keys }))
    if (request.url === '/.well-known/openid-configuration') return response.end(JSON.stringify(metadata))
    response.statusCode = 404
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  metadata = { issuer: url, jwks_uri: `${url}/jwks` }
  return {
    url,
    jwksUrl: `${url}/jwks`,
    requests,
    publish(...published: JWK[]) {
      keys = published
    },
    describe(value: unknown) {
      metadata = value
    },
    /** Undefined: answer properly again. */
    answerWith(other: Answer | undefined) {
      answer = other
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

export async function makeKey(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return { kid, alg, jwk, publicKey, privateKey }
}

export type SigningKey = Awaited<ReturnType<typeof makeKey>>

export function sign(
  key: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey)
}
