import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { newSigner } from '../../../src/audit/note/note-key.ts'
import type { Peer, Setup } from '../peer.ts'
import { AUDIENCE, issuerOfBench } from './issuer.ts'

/** The real thing: policy, durable record, everything that it serves in production. */
export const gateway: Peer = {
  name: 'gateway',
  title: 'purpose-gateway, policy and durable record',
  // As `npm start` runs it.
  args: ['src/setup.mjs', 'src/cli/main.ts', 'start'],
  env: environment,
  headers: async () => ({
    authorization: `Bearer ${await tokenFor(['BILLING_CLERK', 'STATISTICIAN'], ['BILLING', 'STATISTICS'])}`,
  }),
  request: ({ served, variables, purpose = 'BILLING' }) =>
    served === undefined
      ? undefined
      : { path: '/graphql', headers: { 'x-purpose': purpose }, body: { query: served, variables } },
}

/** The same for all gateways of a bench, so that several share a database and its log. */
const SECRET = randomBytes(32).toString('hex')
const CHECKPOINT_KEY = newSigner('bench.example/gateway').encoded()

async function environment({
  databaseUrl,
  poolSize,
  scratchDir,
}: Setup): Promise<Readonly<Record<string, string>>> {
  return {
    // As every peer whose libraries look at it.
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(scratchDir, 'gateway'),
    READ_POOL_SIZE: String(poolSize),
    HOST: '127.0.0.1',
    PORT: '0',
    JWKS_URL: (await issuerOfBench()).jwksUrl,
    TOKEN_AUDIENCE: AUDIENCE,
    GATEWAY_SECRET: SECRET,
    CHECKPOINT_KEY,
  }
}

export async function tokenFor(roles: readonly string[], purposes: readonly string[]): Promise<string> {
  return (await issuerOfBench()).tokenFor(roles, purposes)
}
