import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Peer, Setup } from '../peer.ts'

/** The real thing: policy, durable record, everything that `npm start` serves. */
export const gateway: Peer = {
  name: 'gateway',
  title: 'purpose-gateway, policy and durable record',
  // As `npm start` runs it.
  args: ['src/setup.mjs', 'src/cli/main.ts', 'start'],
  env: environment,
  headers: async (setup) => ({
    authorization: `Bearer ${await tokenFor(setup, ['BILLING_CLERK', 'STATISTICIAN'], ['BILLING', 'STATISTICS'])}`,
  }),
  request: ({ served, variables, purpose = 'BILLING' }) =>
    served === undefined
      ? undefined
      : { path: '/graphql', headers: { 'x-purpose': purpose }, body: { query: served, variables } },
}

function environment({ databaseUrl, poolSize, scratchDir }: Setup): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(scratchDir, 'gateway'),
    READ_POOL_SIZE: String(poolSize),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}

/** Signed with the key that the gateway keeps under its `DATA_DIR`. */
export async function tokenFor(
  setup: Setup,
  roles: readonly string[],
  purposes: readonly string[],
): Promise<string> {
  const granted = [
    ...roles.flatMap((role) => ['--role', role]),
    ...purposes.flatMap((purpose) => ['--purpose', purpose]),
  ]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      'tsx',
      'src/cli/main.ts',
      'token',
      '--sub',
      'bench',
      '--app',
      'bench',
      '--ttl',
      '1d',
      ...granted,
    ],
    { env: { ...process.env, ...environment(setup) } },
  )
  return stdout.trim()
}
